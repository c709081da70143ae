import assert from 'node:assert/strict';
import { placeOf } from '../source/span.ts';
import { check } from './stages.ts';

const faults = Array.from({ length: 500 }, (_, at) => at);
const job = 'run: {kind: job, container: {image: busybox}}';

/** What is wrong, the code of each fault, the text before the faults, and the line of one. */
const files: readonly (readonly [what: string, code: string, head: string, line: (at: number) => string])[] = [
  [
    'unknown fields',
    'sanitize/unknown-field',
    'run:\n  kind: job\n  container: {image: busybox}\n  init:\n',
    (at) => `  - {connection: data, paht: /data/${at}}`,
  ],
  [
    'scalars of a wrong kind',
    'sanitize/wrong-type',
    'run:\n  kind: job\n  container: {image: busybox}\n  init:\n',
    (at) => `  - {connection: ${at}}`,
  ],
  [
    'unknown events',
    'sanitize/unknown-event',
    `${job}\nevents:\n`,
    (at) => `- {ref: runs.x, kinds: [run_status_${at}]}`,
  ],
  [
    'values of a wrong type',
    'types/wrong-type',
    `${job}\ninputs:\n`,
    (at) => `- {name: in${at}, type: int, value: many}`,
  ],
  [
    'unknown names in templates',
    'template/unknown-name',
    'params: {input: 1}\nrun:\n  kind: job\n  container:\n    image: busybox\n    args:\n',
    (at) => `    - "{{ inptu${at} }}"`,
  ],
  [
    'operations of a dag that are not there',
    'graph/unknown-op',
    `run:\n  kind: dag\n  components: [{name: fit, ${job}}]\n  operations:\n`,
    (at) => `  - {name: fit${at}, dagRef: fit, dependencies: [prep${at}]}`,
  ],
  [
    'outputs that are not there',
    'graph/unknown-value',
    `run:\n  kind: dag\n  components: [{name: fit, inputs: [{name: loss, type: float, value: 1.0}], ${job}}]\n  operations:\n  - {name: prep, dagRef: fit}\n`,
    (at) => `  - {name: fit${at}, dagRef: fit, params: {loss: {ref: ops.prep, value: outputs.loss}}}`,
  ],
];

describe('a file with 500 faults', () => {
  for (const [what, code, head, line] of files)
    it(`has each of them reported at its line: ${what}`, () => {
      const text = `${head}${faults.map((at) => `${line(at)}\n`).join('')}`;
      const outcome = check({ files: [{ name: 'a.yaml', text }], params: [] });
      assert.ok(!outcome.ok);
      const first = head.split('\n').length;
      assert.deepEqual(
        outcome.problems
          .filter((each) => each.severity === 'error')
          .map((each) => `${each.code} ${placeOf(each.span).line}`),
        faults.map((at) => `${code} ${first + at}`),
      );
    });
});
