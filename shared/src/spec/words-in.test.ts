import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wordsIn } from './words-in.ts';

const cases: readonly (readonly [text: string, words: readonly string[]])[] = [
  ['a, b,,c ', ['a', 'b', 'c']],
  ['', []],
  ['{{ x }}, b', ['{{ x }}', 'b']],
  ["a,{{ f('x', 'y') }}, c", ['a', "{{ f('x', 'y') }}", 'c']],
  ['{{ a, b }}{{ c, d }},e', ['{{ a, b }}{{ c, d }}', 'e']],
  ['{% if a %}b, c{% endif %}', ['{% if a %}b, c{% endif %}']],
  ['a, {{ b, c', ['a, {{ b, c']],
  ["{{ {'a': {'b': 1}} }}, c", ["{{ {'a': {'b': 1}} }}, c"]],
];

describe('the words of a text', () => {
  for (const [text, words] of cases) it(`${text} are ${words.length}`, () => assert.deepEqual(wordsIn(text), words));

  it('are all of it, whatever it is', () => {
    const pieces = fc.array(fc.constantFrom('{{', '}}', '{', '}', ',', 'a', ' '), { maxLength: 30 });
    fc.assert(
      fc.property(pieces, (some) => {
        const text = some.join('');
        const letters = (each: string): string => each.replace(/[, ]/g, '');
        assert.equal(letters(wordsIn(text).join('')), letters(text));
      }),
    );
  });

  it('are found in a text of a mebibyte that opens and closes nothing', () => {
    for (const piece of ['{{', '{{,', '{{}},', '}}']) {
      const text = piece.repeat(2 ** 20 / piece.length);
      assert.ok(wordsIn(text).length > 0, piece);
    }
  });
});
