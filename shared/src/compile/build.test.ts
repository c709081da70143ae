import assert from 'node:assert/strict';
import { compactJson } from '../values/print.ts';
import { compiled, job, must } from './testing/harness.ts';

const buildOf = (sections: string): string | null => {
  const { build } = must(compiled(job('[]', sections)));
  return build === null ? null : compactJson(build);
};

describe('the build of a run', () => {
  it('is none without a section', () => assert.equal(buildOf(''), null));

  it('takes the inputs of the run as context, and puts the image where the run looks for it', () => {
    assert.equal(
      buildOf(
        'inputs: [{name: base, type: str, value: alpine}, {name: none, type: int, isOptional: true}]\nbuild: {hubRef: kaniko, connection: images, queue: builds, params: {context: {value: /repo}}}\n',
      ),
      `{"kind":"operation","hubRef":"kaniko","queue":"builds","params":{"base":{"value":"alpine","contextOnly":true},"context":{"value":"/repo"},"destination":{"value":"proj:${'b'.repeat(32)}","connection":"images"}}}`,
    );
  });

  it('keeps a destination of its own', () => {
    assert.match(
      buildOf('build: {hubRef: kaniko, params: {destination: {value: "acme/x:1"}}}\n') ?? '',
      /"params":\{"destination":\{"value":"acme\/x:1"\}\}/,
    );
  });
});
