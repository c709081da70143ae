import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isMap, type Value, type ValueMap } from '../values/value.ts';
import { made, map, matrix, texts } from './a-matrix.ts';
import { type MatrixProblem, suggestionsOf } from './suggestions.ts';

function refused(section: ValueMap): Pick<MatrixProblem, 'code' | 'path'> {
  const given = suggestionsOf(section);
  assert.ok(given !== null && 'message' in given);
  assert.match(given.message, /\.$/);
  return { code: given.code, path: given.path };
}

describe('what templates made wrong', () => {
  const a: Readonly<Record<string, readonly [string, Value]>> = { a: ['choice', [1n, 2n]] };
  const cases: readonly (readonly [string, ValueMap, string, readonly string[]])[] = [
    ['numRuns of zero', matrix({ kind: 'grid', numRuns: 0n }, a), 'matrix/bad-number', ['numRuns']],
    ['numRuns as text', matrix({ kind: 'random', numRuns: 'x' }, a), 'matrix/bad-number', ['numRuns']],
    ['numRuns with a fraction', matrix({ kind: 'random', numRuns: 1.5 }, a), 'matrix/bad-number', ['numRuns']],
    ['a seed below zero', matrix({ kind: 'random', numRuns: 1n, seed: -1n }, a), 'matrix/bad-number', ['seed']],
    ['a seed of 33 bits', matrix({ kind: 'random', numRuns: 1n, seed: 2n ** 32n }, a), 'matrix/bad-number', ['seed']],
    ['a grid of too many', matrix({ kind: 'grid' }, { a: ['range', [0, 100_001, 1]] }), 'matrix/too-many', ['params']],
    [
      'a huge grid',
      matrix({ kind: 'grid' }, { a: ['linspace', [0, 1, 10n ** 9n]], b: ['linspace', [0, 1, 10n ** 9n]] }),
      'matrix/too-many',
      ['params'],
    ],
    [
      'a head of too many',
      matrix({ kind: 'grid', numRuns: 200_000n }, { a: ['range', [0, 1e6, 1]] }),
      'matrix/too-many',
      ['numRuns'],
    ],
    [
      'a search of too many',
      matrix({ kind: 'random', numRuns: 10n ** 15n }, { a: ['uniform', [0, 1]] }),
      'matrix/too-many',
      ['numRuns'],
    ],
    [
      'too few values of q',
      matrix({ kind: 'random', numRuns: 9n }, { a: ['quniform', [0, 1, 0.5]] }),
      'matrix/too-few-values',
      ['numRuns'],
    ],
    [
      'more points than can be listed, nearly all of which are never drawn',
      matrix(
        { kind: 'random', numRuns: 1000n, seed: 1n },
        Object.fromEntries(
          Array.from({ length: 18 }, (_, at) => [
            `p${at}`,
            [
              'pchoice',
              [
                ['x', 0.999_999],
                ['y', 0.000_001],
              ],
            ] as const,
          ]),
        ),
      ),
      'matrix/too-few-values',
      ['numRuns'],
    ],
    [
      'values that are rare because others are listed many times',
      matrix(
        { kind: 'random', numRuns: 2000n, seed: 1n },
        Object.fromEntries(
          Array.from({ length: 18 }, (_, at) => [
            `p${at}`,
            ['choice', [...new Array<Value>(9999).fill('x'), 'y']] as const,
          ]),
        ),
      ),
      'matrix/too-few-values',
      ['numRuns'],
    ],
    [
      'a search whose trials together hold too many values',
      matrix(
        { kind: 'random', numRuns: 1001n },
        Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`p${at}`, ['uniform', [0, 1]] as const])),
      ),
      'matrix/too-many',
      ['numRuns'],
    ],
    [
      'trials each of which is found, but only after thousands of draws',
      matrix(
        { kind: 'random', numRuns: 20_000n, seed: 1n },
        Object.fromEntries(
          Array.from({ length: 200 }, (_, at) => [
            `p${at}`,
            [
              'pchoice',
              [
                ['x', 0.9998],
                ['y', 0.0002],
              ],
            ] as const,
          ]),
        ),
      ),
      'matrix/too-few-values',
      ['numRuns'],
    ],
    [
      'no width',
      matrix({ kind: 'random', numRuns: 2n }, { a: ['uniform', [1, 1]] }),
      'matrix/too-few-values',
      ['numRuns'],
    ],
    [
      'no finite draw',
      matrix({ kind: 'random', numRuns: 1n }, { a: ['loguniform', [1000, 2000]] }),
      'matrix/too-few-values',
      ['numRuns'],
    ],
    [
      'a distribution',
      matrix({ kind: 'grid' }, { a: ['uniform', [0, 1]] }),
      'sanitize/distribution-in-grid',
      ['params', 'a'],
    ],
    [
      'a list that is none',
      matrix({ kind: 'grid' }, { a: ['choice', 'x'] }),
      'sanitize/wrong-type',
      ['params', 'a', 'value'],
    ],
    ['an empty list', matrix({ kind: 'grid' }, { a: ['choice', []] }), 'sanitize/bad-range', ['params', 'a', 'value']],
    [
      'a range upside down',
      matrix({ kind: 'grid' }, { a: ['range', '5:1:1'] }),
      'sanitize/bad-range',
      ['params', 'a', 'value'],
    ],
    [
      'a step that a float loses',
      matrix({ kind: 'grid' }, { a: ['range', [1e17, 1e17 + 1000, 1]] }),
      'sanitize/bad-range',
      ['params', 'a', 'value'],
    ],
    [
      'a power that is infinite',
      matrix({ kind: 'grid' }, { a: ['logspace', [0, 400, 3n]] }),
      'sanitize/bad-range',
      ['params', 'a', 'value'],
    ],
    [
      'more points than a draw knows',
      matrix({ kind: 'random', numRuns: 1n }, { a: ['range', [0, 1e12, 1]] }),
      'sanitize/bad-range',
      ['params', 'a', 'value'],
    ],
    ['rows that are text', map({ kind: 'mapping', values: 'x' }), 'matrix/bad-rows', ['values']],
    ['no rows', map({ kind: 'mapping' }), 'matrix/bad-rows', ['values']],
    ['a row that is none', map({ kind: 'mapping', values: [map({ a: 1n }), 3n] }), 'matrix/bad-rows', ['values', '1']],
    [
      'too many rows',
      map({ kind: 'mapping', values: new Array<Value>(100_001).fill(map({})) }),
      'matrix/too-many',
      ['values'],
    ],
  ];
  for (const [name, section, code, path] of cases)
    it(`refuses ${name}`, () => assert.deepEqual(refused(section), { code, path }));

  it('reads the raw forms of ranges', () => {
    const forms: readonly Value[] = ['1:5:2', [1n, 5n, 2n], map({ start: 1, stop: 5, step: 2n }), ['1', '5', '2']];
    for (const value of forms)
      assert.deepEqual(texts(made(matrix({ kind: 'grid' }, { a: ['range', value] }))), ['{"a":1.0}', '{"a":3.0}']);
  });

  it('takes an empty matrix as no runs', () => {
    assert.equal(made(matrix({ kind: 'grid' }, {})).count, 0);
    assert.deepEqual([...made(matrix({ kind: 'random', numRuns: 3n }, {}))], []);
    assert.equal(made(map({ kind: 'mapping', values: [] })).count, 0);
  });

  it('has nothing to suggest for kinds that learn', () => {
    for (const kind of ['bayes', 'hyperband', 'tpe', 'iterative', 'other'])
      assert.equal(suggestionsOf(map({ kind })), null);
  });

  it('answers any section', () => {
    const value: fc.Arbitrary<Value> = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.bigInt(),
      fc.double(),
      fc.string(),
      fc.constant([]),
      fc.constant([1n, 'x']),
    );
    const kinds = fc.constantFrom(
      'range',
      'linspace',
      'geomspace',
      'logspace',
      'uniform',
      'qlognormal',
      'pchoice',
      'choice',
      'daterange',
      'datetimerange',
    );
    const inner = fc.oneof(
      value,
      fc.array(value, { maxLength: 4 }),
      fc
        .dictionary(fc.constantFrom('start', 'stop', 'step', 'num', 'low', 'high', 'q', 'loc', 'scale'), value)
        .map(map),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('grid', 'random', 'mapping'),
        value,
        value,
        kinds,
        inner,
        (kind, numRuns, seed, of, given) => {
          const suggestions = suggestionsOf(matrix({ kind, numRuns, seed, values: given }, { a: [of, given] }));
          if (suggestions === null || 'message' in suggestions) return;
          const [first] = suggestions;
          assert.ok(first === undefined || isMap(first));
        },
      ),
      { numRuns: 500 },
    );
  });
});
