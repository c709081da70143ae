import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dnsLabel, labelValue, metadataKey } from './slug.ts';

const label = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const dns = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/;
const domain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 90 }), fc.string({ minLength: 60, maxLength: 70 }));

describe('names for Kubernetes', () => {
  it('are valid whatever text they are made of', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.match(labelValue(text), label);
        assert.match(dnsLabel(text), dns);
        const key = metadataKey(text);
        const slash = key.indexOf('/');
        assert.match(key.slice(slash + 1), label);
        if (slash > 0) assert.ok(key.length - slash > 1 && slash <= 253 && domain.test(key.slice(0, slash)), key);
      }),
    );
  });

  it('leave valid text as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/), (text) => {
        assert.equal(labelValue(text), text);
        assert.equal(metadataKey(`team.example/${text}`), `team.example/${text}`);
      }),
    );
  });

  const cases: readonly (readonly [string, string, string])[] = [
    ['Train épisode 7', 'Train-pisode-7', 'train-pisode-7'],
    ['--a--', 'a', 'a'],
    ['数据', '', ''],
    ['a_b.c', 'a_b.c', 'a-b-c'],
    [`${'x'.repeat(62)}--y`, 'x'.repeat(62), 'x'.repeat(62)],
  ];
  for (const [text, value, name] of cases)
    it(`cut "${text.slice(0, 20)}"`, () => assert.deepEqual([labelValue(text), dnsLabel(text)], [value, name]));
});
