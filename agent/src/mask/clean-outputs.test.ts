import assert from 'node:assert/strict';
import { Secret } from '../secret.ts';
import { clean } from './clean.ts';
import { cleanOutputs } from './clean-outputs.ts';
import { createMasker } from './masker.ts';

describe('cleanOutputs', () => {
  const masker = createMasker('values', [new Secret('hunter2-"hunter2"'), new Secret('1234567890')]);
  const cleaned = (json: string): string =>
    cleanOutputs(Buffer.from(json), (text, limitBytes) => clean(text, masker, limitBytes)).toString('utf8');

  it('masks texts, keys and numbers, however deep', () => {
    assert.equal(
      cleaned(String.raw`{"a":"x hunter2-\"hunter2\" y","hunter2-\"hunter2\"":1,"list":[{"pin":1234567890}]}`),
      '{"[secret]":1,"a":"x [secret] y","list":[{"pin":"[secret]"}]}',
    );
  });

  it('leaves everything else as it is, numbers and long texts too', () => {
    const long = 'z'.repeat(100_000);
    const json = `{"big":9007199254740993,"float":2.0,"int":2,"none":null,"text":"${long}","yes":true}`;
    assert.equal(cleaned(json), json);
  });

  it('gives nothing of what cannot be read', () => {
    assert.equal(cleaned('{"a": hunter2'), '');
  });
});
