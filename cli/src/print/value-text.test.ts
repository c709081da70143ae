import assert from 'node:assert/strict';
import { readSource } from '@tandem/shared/source';
import { toValue, type Value } from '@tandem/shared/values';
import { jsonText, shownText, yamlText } from './value-text.ts';

const value: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['z', 12345678901234567890n],
  ['a', 2],
  ['small', 1e-9],
  ['odd key: x', [null, true, [], new Map(), [1n, ['deep']], new Map([['k', 'v\n#']])]],
  ['text', '\u009b31m "quoted"'],
]);

describe('values as text', () => {
  it('are JSON in their own order, with exact numbers', () => {
    const text = jsonText(
      new Map<string, Value>([
        ['b', 12345678901234567890n],
        ['a', [2, 0.5, null]],
      ]),
    );
    assert.equal(text, '{"b":12345678901234567890,"a":[2.0,0.5,null]}');
    assert.equal(jsonText([Number.NaN, Number.POSITIVE_INFINITY, -0]), '["NaN","Infinity",-0.0]');
  });

  for (const [form, text] of [
    ['JSON', jsonText(value)],
    ['YAML', yamlText(value)],
  ] as const) {
    it(`${form} is read back to the same value`, () => {
      const read = readSource({ name: 'value', text });
      assert.ok(read.ok, text);
      // Only the control byte is lost, which a terminal must not get.
      const expected = form === 'JSON' ? value : new Map([...value].map(clean));
      assert.deepEqual(toValue(read.value), expected);
    });
  }

  it('hold no control byte when they are shown', () =>
    assert.equal(shownText('a\u001b[2Jb\u009b'), 'a\ufffd[2Jb\ufffd'));
});

function clean([key, each]: readonly [string, Value]): readonly [string, Value] {
  return [key, typeof each === 'string' ? shownText(each) : each];
}
