import assert from 'node:assert/strict';
import { bodyText, compiled, job, must, said } from './testing/harness.ts';

const withConditions = (text: string): string =>
  job('["{{ a }}"]', `inputs: [{name: a, type: int, isOptional: true}]\nparams: {a: 2}\nconditions: ${text}\n`);

describe('conditions', () => {
  const decided: readonly (readonly [string, boolean])[] = [
    ['"{{ a > 1 }}"', true],
    ['"{{ a > 3 }}"', false],
    ['"Yes"', true],
    ['"off"', false],
    ['"{{ none }}"', false],
    ['"{{ none and none > 1 }}"', false],
    ['"{{ \'t\' }}"', true],
  ];
  for (const [text, takesPlace] of decided)
    it(`${text} ${takesPlace ? 'let the run take place' : 'skip the run'}`, () =>
      assert.equal(must(compiled(withConditions(text))).skipped, !takesPlace));

  it('that are neither true nor false are an error at their place', () => {
    assert.deepEqual(said(compiled(withConditions('maybe'))), ['conditions/not-boolean @ 3:13']);
    assert.deepEqual(said(compiled(withConditions('"{{ a }}"'))), ['conditions/not-boolean @ 3:13']);
  });

  it('leave the run of a skipped operation as it is written', () => {
    assert.match(bodyText(must(compiled(withConditions('"no"'))).spec.body), /"args":\["\{\{ a \}\}"\]/);
  });

  it('keep a parent from having children', () => {
    const yaml = job(
      '[]',
      'inputs: [{name: a, type: int}]\nmatrix: {kind: grid, params: {a: {kind: choice, value: [1]}}}\nconditions: "no"\n',
    );
    const parent = must(compiled(yaml));
    assert.deepEqual([parent.skipped, parent.children], [true, null]);
  });
});
