import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Value } from '../values/value.ts';
import { decodeWire, encodeWire } from './wire-json.ts';

const { value: values } = fc.letrec<{ value: Value; leaf: Value; list: Value; map: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('map')),
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.bigInt(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme' }),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc
    .array(fc.tuple(fc.string({ unit: 'grapheme' }), tie('value')), { maxLength: 4 })
    .map((entries) => new Map(entries)),
}));

describe('wire JSON', () => {
  const texts: readonly (readonly [Value, string])[] = [
    [2n, '2'],
    [2, '2.0'],
    [-0, '-0.0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [10n ** 30n, `1${'0'.repeat(30)}`],
    [
      new Map<string, Value>([
        ['b', 1n],
        ['a', [null, true]],
      ]),
      '{"a":[null,true],"b":1}',
    ],
    // Keys are ordered by UTF-16 units: the pair of U+1F600 comes before U+FB33.
    [
      new Map([
        ['\ufb33', 1n],
        ['\u{1f600}', 2n],
      ]),
      '{"\u{1f600}":2,"\ufb33":1}',
    ],
  ];
  for (const [value, text] of texts) it(`writes ${text}`, () => assert.equal(encodeWire(value), text));

  it('gives back exactly the value that was written, and the same bytes again', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = encodeWire(value);
        const read = decodeWire(text);
        assert.ok(read.ok);
        assert.equal(encodeWire(read.value), text);
      }),
    );
  });

  for (const text of ['{"a":1,"a":2}', '"\\ud800"', '1e999', 'NaN', '{', '', '[1,]', '01', '"a\nb"', '\u00a01']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(decodeWire(text).ok, false));
  }

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void decodeWire(text)));
  });
});
