import assert from 'node:assert/strict';
import type { Checked } from './drafts.ts';
import type { Submission } from './parse.ts';
import { check } from './stages.ts';
import { openReferences, standaloneContentOf } from './standalone-content.ts';

const base = 'inputs: [{name: lr, type: float}]\nrun: {kind: job, container: {image: i, args: ["{{ lr }}"]}}\n';

/** Texts that can be referred to as they would be from the main file. */
const texts = new Map([
  ['path:base.yaml', { name: 'base.yaml', text: base }],
  ['path:over.yaml', { name: 'over.yaml', text: 'pathRef: base.yaml\nparams: {lr: 0.5}\nqueue: gpu\n' }],
]);

function checked(submission: Omit<Submission, 'params'>): Checked {
  const outcome = check({ params: [], ...submission });
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems.map((each) => each.message).join('\n'));
  return outcome.value;
}

const main = (text: string, ...presets: readonly string[]): Checked =>
  checked({
    files: [text, ...presets].map((each, at) => ({ name: `${at}.yaml`, text: each })),
    library: { texts, defaultPresets: [], others: 'open' },
  });

const sound: readonly (readonly [string, Checked])[] = [
  ['one file', main(`${base}params: {lr: 1}\npresets: [small, big]\n`)],
  ['a chain of references', main('pathRef: over.yaml\nname: mine\ntags: "a, b"\n')],
  ['presets on top', main('pathRef: over.yaml\n', 'queue: cpu\nenv: {A: b}\n')],
  [
    'a dag of references and components',
    main(
      [
        'run:',
        '  kind: dag',
        '  components: [{name: c, pathRef: over.yaml}]',
        '  operations:',
        '    - {name: z, dependencies: [b], pathRef: over.yaml, presets: [small]}',
        '    - {name: b, dagRef: c, params: {lr: 2}}',
        '    - {name: n, run: {kind: dag, operations: [{name: deep, pathRef: over.yaml}]}}',
      ].join('\n'),
    ),
  ],
];

describe('a content that stands alone', () => {
  for (const [says, draft] of sound) {
    it(`${says}: has no reference, and is read without a library to the same content`, () => {
      const text = standaloneContentOf(draft);
      assert.doesNotMatch(text, /"(pathRef|dagRef|component|components)":/);
      const again = checked({
        files: [{ name: 'request', text }],
        library: { texts: new Map(), defaultPresets: [], others: 'missing' },
      });
      assert.equal(standaloneContentOf(again), text);
      assert.deepEqual(openReferences(draft), []);
      assert.deepEqual(
        again.ops?.map(({ name }) => name),
        draft.ops?.map(({ name }) => name),
      );
      assert.equal(again.queue, draft.queue);
    });
  }

  it('names what is not at hand, wherever it stands', () => {
    const draft = main(
      'run: {kind: dag, operations: [{name: a, hubRef: train}, {name: b, pathRef: base.yaml, params: {lr: 1}}]}\n',
    );
    assert.deepEqual(
      openReferences(draft).map(({ key }) => key),
      ['hub:train:latest'],
    );
    assert.deepEqual(
      openReferences(main('urlRef: "https://host/a.yaml"\n')).map(({ kind }) => kind),
      ['url'],
    );
  });
});
