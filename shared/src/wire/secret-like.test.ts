import assert from 'node:assert/strict';
import { secretLike } from './secret-like.ts';

describe('secretLike', () => {
  const secrets: readonly (readonly [string, string | undefined])[] = [
    [`-----BEGIN ${'RSA'} PRIVATE KEY-----`, undefined],
    [`gl${'pat'}-abcdefghij0123456789`, undefined],
    [`gh${'p'}_${'a1B2'.repeat(9)}`, undefined],
    [`AK${'IA'}IOSFODNN7EXAMPLE`, undefined],
    ['postgres://user:hunter22@db.example/x', undefined],
    ['q8Zr2LxV9mT4kWp7YbN3', 'API_TOKEN'],
  ];
  for (const [text, name] of secrets) {
    it(`finds one in a text of ${text.length} characters${name === undefined ? '' : ` named ${name}`}`, () => {
      const found = secretLike(text, name);
      assert.ok(found !== undefined);
      assert.ok(!JSON.stringify(found).includes(text));
    });
  }

  for (const [text, name] of [
    ['https://git.example/a/b.git', undefined],
    ['q8Zr2LxV9mT4kWp7YbN3', 'CHECKSUM'],
    ['short', 'PASSWORD'],
    ['{{ params.token.value }}', 'API_TOKEN'],
    ['a sentence with several ordinary words', 'API_KEY'],
  ] as const) {
    it(`lets ${JSON.stringify(text)} pass`, () => assert.equal(secretLike(text, name), undefined));
  }

  it('comes to an end on texts that drive patterns to look again and again', () => {
    assert.equal(secretLike(`eyJ${'a'.repeat(500_000)}`), undefined);
    assert.equal(secretLike('a://'.repeat(100_000)), undefined);
  });
});
