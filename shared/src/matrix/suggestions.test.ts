import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Value, ValueMap } from '../values/value.ts';
import { encodeWire } from '../wire/wire-json.ts';
import { made, map, matrix, texts } from './a-matrix.ts';
import { maxChildren } from './limits.ts';

const discrete: fc.Arbitrary<readonly [string, Value]> = fc.oneof(
  fc
    .uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 6 })
    .map((list): [string, Value] => ['choice', list.map(BigInt)]),
  fc
    .tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom(1, 0.5, 0.1, 3))
    .map(([start, length, step]): [string, Value] => ['range', [start, start + length, step]]),
  fc.integer({ min: 1, max: 6 }).map((num): [string, Value] => ['linspace', [0, 1, BigInt(num)]]),
);
const params = fc.dictionary(fc.constantFrom('a', 'b', 'c'), discrete, { minKeys: 1, maxKeys: 3 });
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('a grid', () => {
  it('is the product in order: each value of the first param with all of the others', () => {
    fc.assert(
      fc.property(params, (given) => {
        const names = Object.keys(given);
        const alone = names.map((name) =>
          [...made(matrix({ kind: 'grid' }, { [name]: given[name] ?? ['choice', []] }))].map(
            (each) => each.get(name) ?? null,
          ),
        );
        const grid = made(matrix({ kind: 'grid' }, given));
        let rows: readonly (readonly Value[])[] = [[]];
        for (const column of alone) rows = rows.flatMap((row) => column.map((value) => [...row, value]));
        assert.equal(grid.count, rows.length);
        assert.deepEqual(
          [...grid].map((each) => names.map((name) => each.get(name))),
          rows,
        );
      }),
      { numRuns: 100 },
    );
  });

  it('is cut by numRuns at its head, and no longer than it is', () => {
    fc.assert(
      fc.property(params, fc.integer({ min: 1, max: 300 }), (given, numRuns) => {
        const all = texts(made(matrix({ kind: 'grid' }, given)));
        assert.deepEqual(texts(made(matrix({ kind: 'grid', numRuns: BigInt(numRuns) }, given))), all.slice(0, numRuns));
      }),
      { numRuns: 100 },
    );
  });

  it('makes its last suggestion out of 100,000 without the others being kept', () => {
    const grid = made(matrix({ kind: 'grid' }, { a: ['range', [0, 1000, 1]], b: ['range', [0, 100, 1]] }));
    assert.equal(grid.count, maxChildren);
    let count = 0;
    let last: ValueMap | undefined;
    for (const each of grid) {
      count++;
      last = each;
    }
    assert.equal(count, maxChildren);
    assert.deepEqual(last, map({ a: 999, b: 99 }));
  });

  it('keeps the decimals of a range that the author wrote', () => {
    const values = (value: Value): unknown =>
      [...made(matrix({ kind: 'grid' }, { a: ['range', value] }))].map((each) => each.get('a'));
    assert.deepEqual(values([0, 0.6, 0.2]), [0, 0.2, 0.4]);
    assert.deepEqual(values([1, 1.3, 0.1]), [1, 1.1, 1.2]);
    assert.deepEqual(values([0.1, 0.5, 0.1]), [0.1, 0.2, 0.3, 0.4]);
    assert.deepEqual(values([-0.2, 0.2, 0.1]), [-0.2, -0.1, 0, 0.1]);
    assert.deepEqual(values([1e-7, 3.5e-7, 1e-7]), [1e-7, 2e-7, 3e-7]);
    assert.deepEqual(values([1e20, 3e20, 1e20]), [1e20, 2e20]);
  });

  it('keeps the offset and the fractions of times', () => {
    const values = (value: Value): unknown =>
      [...made(matrix({ kind: 'grid' }, { a: ['datetimerange', value] }))].map((each) => each.get('a'));
    assert.deepEqual(values(['2026-01-01T23:00:00+02:00', '2026-01-01T23:00:00Z', 3600n]), [
      '2026-01-01T23:00:00+02:00',
      '2026-01-02T00:00:00+02:00',
    ]);
    assert.deepEqual(values(['2026-01-01T00:00:00.5', '2026-01-01T00:00:01', 0.25]), [
      '2026-01-01T00:00:00.500000',
      '2026-01-01T00:00:00.750000',
    ]);
  });
});

const drawn: fc.Arbitrary<readonly [string, Value]> = fc.constantFrom<readonly [string, Value]>(
  ['uniform', [-2, 3]],
  ['loguniform', [-3, 0]],
  ['normal', [5, 2]],
  ['lognormal', [0, 1]],
  ['quniform', [0, 1000, 0.5]],
  ['qnormal', [0, 100, 0.25]],
);

/** Whether a suggested value is one that its hyper-parameter may have. */
function isInDomain([kind, value]: readonly [string, Value], got: Value): boolean {
  if (kind === 'choice') return Array.isArray(value) && value.includes(got);
  if (kind === 'range' || kind === 'linspace')
    return texts(made(matrix({ kind: 'grid' }, { x: [kind, value] }))).includes(encodeWire(map({ x: got })));
  if (typeof got !== 'number' || !Number.isFinite(got)) return false;
  if (kind === 'uniform') return got >= -2 && got < 3;
  if (kind === 'loguniform') return got >= Math.exp(-3) && got < 1;
  if (kind === 'quniform') return got >= 0 && got < 1000 && Number.isInteger(got / 0.5);
  if (kind === 'qnormal') return Number.isInteger(got / 0.25);
  return kind === 'normal' || got > 0;
}

describe('a random search', () => {
  it('gives different suggestions of the domain, as many as asked for, the same for a seed', () => {
    const any = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(discrete, drawn), { minKeys: 1, maxKeys: 3 });
    fc.assert(
      fc.property(any, seeds, fc.integer({ min: 1, max: 60 }), (given, seed, numRuns) => {
        const section = matrix({ kind: 'random', numRuns: BigInt(numRuns), seed: BigInt(seed) }, given);
        const suggestions = made(section);
        const size = Object.values(given).some(([kind]) => !['choice', 'range', 'linspace'].includes(kind))
          ? Number.POSITIVE_INFINITY
          : made(matrix({ kind: 'grid' }, given)).count;
        const found = texts(suggestions);
        assert.equal(suggestions.count, Math.min(numRuns, size));
        assert.equal(new Set(found).size, suggestions.count);
        for (const each of suggestions)
          for (const [name, param] of Object.entries(given))
            assert.ok(isInDomain(param, each.get(name) ?? null), encodeWire(each));
        assert.deepEqual(texts(made(section)), found);
        assert.deepEqual([...(suggestions[Symbol.iterator]().next().value ?? map({})).keys()], Object.keys(given));
      }),
      { numRuns: 200 },
    );
  });

  it('is another one for another seed', () => {
    const of = (seed: bigint): readonly string[] =>
      texts(
        made(matrix({ kind: 'random', numRuns: 20n, seed }, { a: ['uniform', [0, 1]], b: ['choice', [1n, 2n, 3n]] })),
      );
    assert.notDeepEqual(of(1n), of(2n));
    assert.notDeepEqual(of(0n), of(1n));
  });

  it('without a seed takes the one that was drawn for it', () => {
    const section = matrix({ kind: 'random', numRuns: 5n }, { a: ['uniform', [0, 1]] });
    const seeded = matrix({ kind: 'random', numRuns: 5n, seed: 7n }, { a: ['uniform', [0, 1]] });
    assert.deepEqual(texts(made(section, 7)), texts(made(seeded)));
    assert.deepEqual(texts(made(seeded, 8)), texts(made(seeded)));
  });

  it('uses up a discrete space, however unlikely its last points are', () => {
    const large = made(
      matrix({ kind: 'random', numRuns: 20_000n, seed: 1n }, { a: ['range', [0, 200, 1]], b: ['range', [0, 100, 1]] }),
    );
    assert.equal(new Set(texts(large)).size, 20_000);
    const rare = made(
      matrix(
        { kind: 'random', numRuns: 9n, seed: 1n },
        {
          a: [
            'pchoice',
            [
              ['x', 0.999_999],
              ['y', 0.000_001],
            ],
          ],
          b: ['choice', [1n, 2n]],
        },
      ),
    );
    assert.deepEqual([...texts(rare)].sort(), [
      '{"a":"x","b":1}',
      '{"a":"x","b":2}',
      '{"a":"y","b":1}',
      '{"a":"y","b":2}',
    ]);
  });

  it('finds the one other value among very many equal ones', () => {
    const values = [...new Array<Value>(250_000).fill('x'), 'y'];
    const search = made(matrix({ kind: 'random', numRuns: 5n, seed: 1n }, { a: ['choice', values] }));
    assert.equal(search.count, 2);
    assert.deepEqual([...texts(search)].sort(), ['{"a":"x"}', '{"a":"y"}']);
  });

  it('leaves out what cannot be drawn, and repeats of equal choices', () => {
    const of = (kind: string, value: Value): readonly string[] =>
      [...texts(made(matrix({ kind: 'random', numRuns: 20n, seed: 3n }, { a: [kind, value] })))].sort();
    assert.deepEqual(
      of('pchoice', [
        ['x', 0],
        ['y', 0.5],
        ['z', 0.5],
      ]),
      ['{"a":"y"}', '{"a":"z"}'],
    );
    const tenths = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name): Value => [name, 0.1]);
    assert.equal(of('pchoice', [...tenths, ['only the rounding of the sum', 0]]).length, 10);
    assert.deepEqual(of('choice', [1n, 1n, 1, 2n, 'x', 'x']), ['{"a":"x"}', '{"a":1}', '{"a":2}']);
  });

  it('draws each weighted value about as often as its chance says', () => {
    const search = made(
      matrix(
        { kind: 'random', numRuns: 20_000n, seed: 11n },
        {
          a: [
            'pchoice',
            [
              ['x', 0.1],
              ['y', 0.2],
              ['z', 0.7],
            ],
          ],
          b: ['uniform', [0, 1]],
        },
      ),
    );
    const counts = new Map<Value, number>();
    for (const each of search) counts.set(each.get('a') ?? null, (counts.get(each.get('a') ?? null) ?? 0) + 1);
    for (const [value, share] of [
      ['x', 0.1],
      ['y', 0.2],
      ['z', 0.7],
    ] as const)
      assert.ok(Math.abs((counts.get(value) ?? 0) / 20_000 - share) < 0.02, value);
  });

  it('takes points out of a space that no memory holds', () => {
    const search = made(matrix({ kind: 'random', numRuns: 3n, seed: 1n }, { a: ['range', [0, 4_000_000_000, 1]] }));
    for (const each of search) assert.ok(Number.isInteger(each.get('a')));
  });
});
