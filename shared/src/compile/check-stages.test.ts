import assert from 'node:assert/strict';
import { checkStages } from './check-stages.ts';
import type { Submission } from './parse.ts';
import { check } from './stages.ts';

const job = 'run: {kind: job, container: {image: i}}\n';

/** What is submitted, and the stages that come to do something. */
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a sound operation', `inputs: [{name: lr, type: float, value: 1}]\n${job}`, all()],
  ['a warning on the way', `dependencies: [a]\n${job}`, all()],
  ['a reference that stays open', 'hubRef: train\n', all()],
  ['broken YAML', 'run: [', ['parse']],
  ['an unknown section', `${job}imputs: []\n`, ['parse', 'sanitize']],
  ['no container', 'run: {kind: job}\n', ['parse', 'sanitize', 'assemble']],
  ['a missing param', `inputs: [{name: lr, type: float}]\n${job}`, ['parse', 'sanitize', 'assemble', 'type-check']],
  [
    'a circle',
    'run: {kind: dag, operations: [{name: a, dependencies: [a], run: {kind: job, container: {image: i}}}]}\n',
    all(),
  ],
];

function all(): readonly string[] {
  return ['parse', 'sanitize', 'assemble', 'type-check', 'graph'];
}

describe('the stages one by one', () => {
  for (const [says, text, stages] of cases) {
    it(`${says}: end where check ends, with the same findings`, () => {
      const submission: Submission = { files: [{ name: 'main.yaml', text }], params: [] };
      const results = checkStages(submission);
      assert.deepEqual(
        results.map(({ stage }) => stage),
        stages,
      );
      const whole = check(submission);
      const found = results.flatMap(({ outcome }) => (outcome.ok ? outcome.warnings : outcome.problems));
      assert.deepEqual(found, whole.ok ? whole.warnings : whole.problems);
      const last = results.at(-1);
      assert.equal(last?.outcome.ok, whole.ok);
      if (whole.ok && last?.outcome.ok === true) assert.deepEqual(last.outcome.value, whole.value);
    });
  }
});
