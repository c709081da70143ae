import assert from 'node:assert/strict';
import { placeOf } from '@tandem/shared/source';
import { bundleOf, submissionFrom } from './source-bundle.ts';
import { checkOperation } from './stage-one.ts';

const job = 'run: {kind: job, container: {image: busybox, command: [ls]}}\n';

describe('a bundle of sources', () => {
  it('comes back as it was, names, texts and params', () => {
    const files = [
      { name: 'train.yaml', text: job },
      { name: 'gpu.yaml', text: 'queue: gpu\n' },
    ];
    const submission = submissionFrom(bundleOf({ files, params: ['lr=0.5'] }));
    assert.ok(submission.ok);
    assert.deepEqual(submission.value.files, files);
    assert.deepEqual(
      submission.value.params.map((param) => param.name),
      ['lr'],
    );
  });

  it('makes diagnostics name the file, the line and the column of the author', () => {
    const outcome = checkOperation(
      bundleOf({ files: [{ name: 'train.yaml', text: `name: a\n${job}imputs: []\n` }], params: [] }),
    );
    assert.ok(!outcome.ok);
    const places = outcome.problems.map((problem) => placeOf(problem.span));
    assert.deepEqual(
      places.map(({ file, line, column }) => [file, line, column]),
      [['train.yaml', 3, 1]],
    );
  });

  it('carries a preset and a param into the operation', () => {
    const text = `inputs: [{name: lr, type: float}]\n${job}`;
    const files = [
      { name: 'train.yaml', text },
      { name: '--queue', text: '{"queue":"gpu"}' },
    ];
    const outcome = checkOperation(bundleOf({ files, params: ['lr=0.5'] }));
    assert.ok(outcome.ok);
    assert.equal(outcome.value.run.asks.queue?.name, 'gpu');
  });

  for (const text of [
    '{"$sources":',
    '{"$sources":{}}',
    '{"$sources":{"files":[1],"params":[]}}',
    '{"$sources":null}',
  ]) {
    it(`${text} is no bundle, and refused as an operation`, () => assert.equal(checkOperation(text).ok, false));
  }

  it('a param that is none is a diagnostic', () => {
    assert.equal(submissionFrom(bundleOf({ files: [{ name: 'a', text: job }], params: ['no-equals-sign'] })).ok, false);
  });
});
