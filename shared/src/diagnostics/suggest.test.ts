import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nearness } from './edit-distance.ts';
import { editsFrom } from './edits-from.ts';
import { didYouMean, suggest } from './suggest.ts';

const known = ['inputs', 'command', 'outputs', 'runPatch'];

describe('suggest', () => {
  const cases: readonly (readonly [why: string, word: string, expected: string | undefined])[] = [
    ['a swap', 'inptus', 'inputs'],
    ['another case', 'Inputs', 'inputs'],
    ['a letter too few', 'comand', 'command'],
    ['a letter too many', 'ccommand', 'command'],
    ['a wrong first letter', 'xnputs', 'inputs'],
    ['no first letter', 'nputs', 'inputs'],
    ['a swap at the beginning', 'niputs', 'inputs'],
    ['the spelling of another language', 'run_patch', 'runPatch'],
    ['nothing near', 'xyz', undefined],
    ['a part of a name only', 'inp', undefined],
    ['no word', '', undefined],
    ['pasted text', 'a'.repeat(1000), undefined],
  ];
  for (const [why, word, expected] of cases) it(why, () => assert.equal(suggest(word, known), expected));

  it('takes the nearest, and of equally near names the first', () => {
    assert.equal(suggest('outpt', ['outpost', 'output', 'outputs']), 'output');
    assert.equal(suggest('axc', ['abc', 'adc']), 'abc');
  });

  it('looks at the beginning of a long list only', () => {
    const others = Array.from({ length: 499 }, (_, at) => `zz${at}`);
    assert.equal(suggest('lerning', [...others, 'learning']), 'learning');
    assert.equal(suggest('lerning', [...others, 'zz', 'learning']), undefined);
  });

  it('compares few names of many that are alike', () => {
    const others = Array.from({ length: 16 }, (_, at) => `leaping${at}`);
    assert.equal(suggest('lerningx', [...others, 'learning']), undefined);
    assert.equal(suggest('lerningx', [...others.slice(1), 'learning']), 'learning');
  });

  it('looks at several lists as if they were one', () => {
    assert.equal(suggest('inptus', ['imports'], known), 'inputs');
    assert.equal(suggest('inptus', [], []), undefined);
  });

  it('stops asking for names once it has one that is near enough', () => {
    let asked = 0;
    const names = function* (): Iterable<string> {
      for (const name of known) {
        asked += 1;
        yield name;
      }
    };
    assert.equal(suggest('Input', names()), 'inputs');
    assert.equal(asked, 1);
  });

  it('is a hint as a sentence', () => {
    assert.equal(didYouMean('inptus', known), 'Did you mean "inputs"?');
    assert.equal(didYouMean('xyz', known), undefined);
  });
});

describe('numbers of edits', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '_'), maxLength: 12 });
  const long = fc.string({ unit: fc.constantFrom('a', 'B', 'é', '_'), maxLength: 40 });

  it('are those of the whole table, up to a limit', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 8 }), (from, to, limit) => {
        assert.equal(nearness(from, to, limit), Math.min(limit, wholeTable(from, to)));
      }),
      { numRuns: 5000 },
    );
  });

  it('are the same by bits', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 8 }), (from, to, limit) => {
        assert.equal(editsFrom(from)(to, limit), Math.min(limit, wholeTable(from, to)));
      }),
      { numRuns: 5000 },
    );
  });

  it('are the same for long words, other letters and capitals', () => {
    fc.assert(
      fc.property(long, long, (from, to) => {
        assert.equal(editsFrom(from)(to, 99), wholeTable(from.toLowerCase(), to.toLowerCase()));
      }),
      { numRuns: 1000 },
    );
  });

  it('are right at the last bit', () => {
    const thirtyTwo = 'abcdefghijklmnopqrstuvwxyz_01234';
    assert.equal(editsFrom(thirtyTwo)(thirtyTwo, 9), 0);
    assert.equal(editsFrom(thirtyTwo)(thirtyTwo.replace('34', '43'), 9), 1);
    assert.equal(editsFrom(thirtyTwo)(`${thirtyTwo}x`, 9), 1);
    assert.equal(editsFrom(thirtyTwo)(thirtyTwo.slice(0, -2), 9), 2);
  });
});

/** The definition, cell by cell. */
function wholeTable(from: string, to: string): number {
  const table = Array.from({ length: from.length + 1 }, (_, row) =>
    Array.from({ length: to.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  const at = (row: number, column: number): number => table[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row += 1)
    for (let column = 1; column <= to.length; column += 1) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const ways = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + cost];
      table[row]?.splice(column, 1, Math.min(...ways, isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY));
    }
  return at(from.length, to.length);
}
