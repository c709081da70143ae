import assert from 'node:assert/strict';
import { emptyLibrary, type Library } from './library.ts';
import { wantedTexts } from './stages.ts';
import { checked, must, said } from './testing/harness.ts';

const job = 'run: {kind: job, container: {image: i}}';
const withTexts = (texts: Readonly<Record<string, string>>): Library => ({
  ...emptyLibrary,
  others: 'missing',
  texts: new Map(Object.entries(texts).map(([key, text]) => [key, { name: key.replace(/^\w+:/, ''), text }])),
});

describe('sanitize', () => {
  const refusals: readonly (readonly [string, string, readonly string[]])[] = [
    ['an unknown section', `foo: 1\n${job}`, ['sanitize/unknown-section @ 1:1']],
    [
      'an unknown field of the run',
      'run: {kind: job, foo: 1, container: {image: i}}',
      ['sanitize/unknown-field @ 1:18'],
    ],
    ['an unknown field of a component', `component: {foo: 1, ${job}}`, ['sanitize/unknown-section @ 1:13']],
    ['a wrong kind of run, once', 'run: {kind: sparkjob, driver: {}}', ['sanitize/unknown-run-kind @ 1:13']],
    ['a run without its kind', 'run: {container: {image: i}}', ['sanitize/missing-field @ 1:1']],
    ['a run without its kind in a component', 'component: {run: {}}', ['sanitize/missing-field @ 1:13']],
    ['a file of no known kind', `kind: thing\n${job}`, ['sanitize/unknown-file-kind @ 1:7']],
    ['no run at all', 'name: a', ['sanitize/no-run @ 1:1']],
    ['two references', `hubRef: a\npathRef: b\n${job}`, ['sanitize/exclusive-fields @ 2:1']],
    [
      'everything at once',
      'name: 1\ntags: {}\nrun: {kind: job, container: 3}',
      ['sanitize/wrong-type @ 1:7', 'sanitize/wrong-type @ 2:7', 'sanitize/wrong-type @ 3:29'],
    ],
    ['a layer that is no mapping', 'component: 3', ['sanitize/wrong-type @ 1:12']],
  ];
  for (const [what, yaml, expected] of refusals) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(said(checked(yaml)), expected);
    });
  }

  it('puts the text behind a reference below the file, with its own places', () => {
    const library = withTexts({
      'path:steps/train.yaml': 'inputs: [{name: n, type: int}]\nrun: {kind: job, container: {image: i, foo: 1}}',
    });
    assert.deepEqual(said(checked('pathRef: steps/train.yaml\nparams: {n: 1}', { library })), [
      'sanitize/unknown-field @ steps/train.yaml:2:40',
    ]);
  });

  it('follows references of references relative to their own file, and says which are wanted', () => {
    const files = [{ name: 'flows/main.yaml', text: 'pathRef: ../steps/a.yaml' }];
    const first = wantedTexts({ files, params: [] });
    assert.deepEqual(
      first.map((each) => each.key),
      ['path:steps/a.yaml'],
    );
    const library = withTexts({ 'path:steps/a.yaml': 'pathRef: b.yaml' });
    assert.deepEqual(
      wantedTexts({ files, params: [], library }).map((each) => each.key),
      ['path:steps/b.yaml'],
    );
  });

  it('shows a circle of references as a chain', () => {
    const library = withTexts({ 'path:a.yaml': 'pathRef: b.yaml', 'path:b.yaml': 'pathRef: a.yaml' });
    const outcome = checked('pathRef: a.yaml', { library });
    assert.ok(!outcome.ok);
    assert.equal(
      outcome.problems.find(({ code }) => code === 'references/cycle')?.message,
      'The reference leads back to itself: a.yaml → b.yaml → a.yaml.',
    );
  });

  it('leaves a component open that nobody has at hand, and checks the form of what is there', () => {
    assert.deepEqual(said(checked('hubRef: train:1.2\nparams: {lr: 0.1}')), ['references/not-checked @ 1:9']);
    assert.deepEqual(said(checked('hubRef: train:1.2\nfoo: 1')), [
      'references/not-checked @ 1:9',
      'sanitize/unknown-section @ 2:1',
    ]);
    assert.deepEqual(said(checked('hubRef: train:1.2', { library: { ...emptyLibrary, others: 'missing' } })), [
      'access/component @ 1:9',
    ]);
  });

  it('reads a component of a dag once, however many operations refer to it', () => {
    const dag = `run:\n  kind: dag\n  operations:\n  - {name: a, dagRef: s}\n  - {name: b, dagRef: s}\n  components:\n  - {name: s, run: {kind: job, foo: 1, container: {image: i}}}\n`;
    assert.deepEqual(said(checked(dag)), ['sanitize/unknown-field @ 7:32']);
  });

  it('reads snake_case at every level', () => {
    const draft = must(
      checked(
        'is_approved: false\ntermination: {max_retries: 2}\nrun: {kind: job, container: {image: i, working_dir: /w}}',
      ),
    );
    assert.equal(draft.isApproved, false);
  });
});
