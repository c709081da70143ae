import assert from 'node:assert/strict';
import { tokenOf, tokenText } from './access-token.ts';

describe('access tokens', () => {
  it('have one length for every number', () => {
    assert.equal(tokenText('tdm_', new Uint8Array(32)), `tdm_${'0'.repeat(43)}`);
    assert.equal(tokenText('', new Uint8Array(32).fill(255)).length, 43);
    assert.notEqual(tokenText('', new Uint8Array(32).fill(255)), tokenText('', new Uint8Array(32).fill(254)));
  });

  it('are read from the header with either scheme in any case', () => {
    for (const header of ['Token a', 'token a', 'Bearer  a', 'BEARER a ']) assert.equal(tokenOf(header), 'a');
    for (const header of [undefined, '', 'a', 'Basic a', 'Token', 'Token a b', `Token ${'x'.repeat(5000)}`]) {
      assert.equal(tokenOf(header), null);
    }
  });
});
