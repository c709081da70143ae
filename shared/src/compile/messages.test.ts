import assert from 'node:assert/strict';
import { toJson } from '../diagnostics/print.ts';
import { emptyLibrary } from './library.ts';
import { checked, said } from './testing/harness.ts';

const run = 'run: {kind: job, container: {image: i}}\n';

/** Mistakes as users make them: what is said at which place, and what to do. */
const mistakes: readonly (readonly [what: string, yaml: string, place: string, hint: string])[] = [
  ['a tab', 'run:\n\tkind: job\n', '2:1', 'Use blanks instead of tabs.'],
  [
    'a colon inside of a text',
    `description: train: it\n${run}`,
    '1:14',
    'Put the text in quotes if the ":" belongs to it.',
  ],
  ['a quote that stays open', `name: "a\n${run}`, '1:7', 'Close the quote that was opened with ".'],
  [
    'a line that begins too early',
    `inputs:\n- name: a\n isOptional: true\n${run}`,
    '3:1',
    'Let what belongs together begin in the same column.',
  ],
  [
    'a field that stands one level too high',
    'run:\n  kind: job\n  container:\n  image: i\n',
    '4:3',
    'Put it below "container", with more blanks before it.',
  ],
  [
    'a field that stands outside of its section',
    `ttl: 3\n${run}`,
    '1:1',
    'Put it below "cache" or "termination", with more blanks before it.',
  ],
  ['a number in quotes', `termination: {maxRetries: "3"}\n${run}`, '1:27', 'Write it without quotes: maxRetries: 3.'],
  ['a text for a list', `dependencies: a\n${run}`, '1:15', 'Write it as a list: [a].'],
  ['a mapping for a list', `inputs: {lr: {type: float}}\n${run}`, '1:9', 'Begin each item with "- ".'],
  ['a text for a section', 'run: {kind: job, init: [{git: x}]}\n', '1:31', 'Write names and values, such as {url: …}.'],
  ['a list for a section', `cache: [a]\n${run}`, '1:8', 'Take the "- " or the brackets away.'],
  ['a list for the run', 'run:\n- kind: job\n', '2:1', 'Take the "- " or the brackets away.'],
  ['a template for the run', 'run: "{{ x }}"\n', '1:6', 'No template can stand here; write what it would give.'],
  [
    'operations without dashes',
    'run: {kind: dag, operations: {a: {}}}\n',
    '1:30',
    'Begin each of them with "- name: …".',
  ],
  [
    'values for a hyper-parameter',
    `matrix: {kind: grid, params: {a: [1, 2]}}\n${run}`,
    '1:34',
    'Write it as {kind: choice, value: […]}.',
  ],
  [
    'the name of a component',
    'component: train\n',
    '1:12',
    'Name one that stands elsewhere with "hubRef", "pathRef" or "dagRef".',
  ],
  ['the kind of a run for that of the file', `kind: service\n${run}`, '1:7', 'What is run stands in "run: {kind: …}".'],
  [
    'a variable without a name',
    'run: {kind: job, container: {image: i, env: [{nme: A, value: 1}]}}\n',
    '1:46',
    'Add "name: …".',
  ],
  [
    'a variable as a shell has it',
    'run: {kind: job, container: {image: i, env: [A=1]}}\n',
    '1:46',
    'Write it as {name: A, value: …}.',
  ],
  [
    'a required field with a mistake in its name',
    'run: {kind: job, init: [{file: {contents: a}}], container: {image: i}}\n',
    '1:33',
    'Did you mean "content"?',
  ],
  [
    'a filter that does not exist, in a text that is rendered late',
    `inputs: [{name: lr, type: float, isOptional: true}]\nrun: {kind: job, container: {image: i, args: ["{{ lr | rounded }}"]}}\n`,
    '2:56',
    'Did you mean "round"?',
  ],
  [
    'a param without its value',
    `params:\n  lr:\ninputs: [{name: lr, type: float}]\n${run}`,
    '3:17',
    'Give it a value there, pass it with -P lr=…, or mark it isOptional.',
  ],
];

describe('messages', () => {
  for (const [what, yaml, place, hint] of mistakes)
    it(`say once what to do about ${what}`, () => {
      const outcome = checked(yaml);
      assert.ok(!outcome.ok);
      const found = outcome.problems.map(toJson).map((each) => [`${each.line}:${each.column}`, each.hint]);
      assert.deepEqual(found, [[place, hint]]);
    });

  it('say of a preset that is not at hand, once, where others may be elsewhere', () => {
    const yaml = `presets: [gpu, gpu]\n${run}`;
    const asked = (others: 'open' | 'missing') => said(checked(yaml, { library: { ...emptyLibrary, others } }));
    assert.deepEqual([asked('open'), asked('missing')], [['references/not-checked @ 1:11'], []]);
  });
});
