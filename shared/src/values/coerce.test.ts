import assert from 'node:assert/strict';
import fc from 'fast-check';
import { coerce, isType } from './coerce.ts';
import { compactJson, pythonFloat, pythonText } from './print.ts';
import { validate } from './validate.ts';
import type { Value } from './value.ts';

const map = (entries: Readonly<Record<string, Value>>): Value => new Map(Object.entries(entries));
const refused = Symbol('refused');

/** Type, value, result. From compiler.md 1.3. */
const cases: readonly (readonly [string, Value, Value | typeof refused])[] = [
  ['int', 3n, 3n],
  ['int', 3, 3n],
  ['int', '3', 3n],
  ['int', '3.0', 3n],
  ['int', '1e3', 1000n],
  ['int', true, 1n],
  ['int', 3.5, refused],
  ['int', 'abc', refused],
  ['int', null, refused],
  ['int', [], refused],
  ['float', 3n, 3],
  ['float', ' 1e-3 ', 0.001],
  ['float', true, 1],
  ['float', '1.', 1],
  ['float', '.5e1', 5],
  ['float', '1_000.2_5', 1000.25],
  ['float', '1__0', refused],
  ['float', '.', refused],
  ['float', '1.2.3', refused],
  ['float', 'nan', refused],
  ['float', 'inf', refused],
  ['str', 3.5, '3.5'],
  ['str', true, 'true'],
  ['str', map({ a: 1n }), '{"a":1}'],
  ['str', 1.5e-7, '1.5e-7'],
  ['str', 0.00001, '0.00001'],
  ['str', 1e22, '1e22'],
  ['str', 2, '2.0'],
  ['str', null, refused],
  ['bool', 'On', true],
  ['bool', 0n, false],
  ['bool', 2n, refused],
  ['bool', 'abc', refused],
  ['dict', '{"a": 1}', map({ a: 1n })],
  ['dict', '{a: 1}', refused],
  ['list', '[1, "a"]', [1n, 'a']],
  ['list', 'a,b', refused],
  ['List[int]', ['1', 2n], [1n, 2n]],
  ['Dict[str, int]', map({ a: '1' }), map({ a: 1n })],
  ['Optional[int]', null, null],
  ['List[int]', ['x'], refused],
  ['path', '/a', '/a'],
  ['path', 3n, refused],
  ['uri', 'ftp://x', 'ftp://x/'],
  ['uri', 'x', refused],
  ['s3', 's3://b/k', 's3://b/k'],
  ['s3', 'gs://b', refused],
  ['image', 'reg:5000/a/b:1', 'reg:5000/a/b:1'],
  ['image', map({ name: 'a:1' }), 'a:1'],
  ['image', 'a b', refused],
  ['image', '', refused],
  ['image', 3n, refused],
  ['image', 'a:b:c', refused],
  ['uuid', '12345678-1234-5678-1234-567812345678', '12345678123456781234567812345678'],
  ['uuid', 'x', refused],
  ['email', 'a@localhost', 'a@localhost'],
  ['email', 'a@b', refused],
  ['date', '2024-02-29', '2024-02-29'],
  ['date', '2023-02-29', refused],
  ['date', 86_400n, '1970-01-02'],
  ['datetime', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
  ['timedelta', 'PT1H', 3600],
  ['timedelta', '01:00:30', 3630],
  ['timedelta', 90n, 90],
  ['timedelta', '60', refused],
  ['git', map({ url: 'u', bad: 1n }), refused],
  ['git', map({ url: 'u' }), map({ url: 'u' })],
  ['dockerfile', map({ image: 'a', lang_env: 'C' }), map({ image: 'a', langEnv: 'C' })],
  ['file', map({}), refused],
  ['any', map({ a: [] }), map({ a: [] })],
  ['any', null, null],
  ['metric', '2', 2],
  ['metadata', map({ a: 1n }), map({ a: 1n })],
  ['metadata', [1n], refused],
  ['float', null, refused],
  ['float', [1n], refused],
  ['str', 3n, '3'],
  ['str', [1n, 'a'], '[1,"a"]'],
  ['bool', 'F', false],
  ['bool', null, refused],
  ['list', map({}), refused],
  ['Dict[str, List[int]]', '{"a": ["1"]}', map({ a: [1n] })],
  ['Dict[str, int]', [1n], refused],
  ['Optional[List[int]]', '[1]', [1n]],
  ['s3', map({ bucket: 'b' }), refused],
  ['gcs', 'gs://b/k', 'gs://b/k'],
  ['gcs', 'gcs://b/k', 'gcs://b/k'],
  ['gcs', 's3://b/k', refused],
  ['wasb', 'wasb://c@a.blob.core.windows.net/p', 'wasb://c@a.blob.core.windows.net/p'],
  ['wasb', 'wasbs://c@a.blob.core.windows.net', 'wasbs://c@a.blob.core.windows.net'],
  ['wasb', 'https://a.blob.core.windows.net/c/p', 'https://a.blob.core.windows.net/c/p'],
  ['wasb', 'abfs://c@a/p', 'abfs://c@a/p'],
  ['wasb', 'az://c/p', 'az://c/p'],
  ['wasb', 'https://a.example.org/c', refused],
  ['uri', '/a/b', refused],
  ['image', 'a:1@sha256:1', refused],
  ['image', map({ name: 'a', tag: 'b' }), refused],
  ['git', map({}), map({})],
  ['git', '{"url": "u", "flags": ["-x"]}', map({ url: 'u', flags: ['-x'] })],
  ['dockerfile', map({ env: map({ A: '1' }) }), refused],
  ['dockerfile', map({ image: 'a b' }), refused],
  ['dockerfile', map({ image: 'a', env: map({ A: '1' }) }), map({ image: 'a', env: map({ A: '1' }) })],
  ['file', map({ content: 'x', chmod: '+x' }), map({ content: 'x', chmod: '+x' })],
  [
    'tensorboard',
    map({ port: 6006n, uuids: '12345678-1234-5678-1234-567812345678', plugins: 'a, b', useNames: 'yes' }),
    map({ port: 6006n, uuids: ['12345678123456781234567812345678'], plugins: ['a', 'b'], useNames: true }),
  ],
  ['tensorboard', map({ uuids: ['x'] }), refused],
  [
    'artifacts',
    map({ files: ['a', ['b', 'c']], dirs: ['d'], workers: 2n }),
    map({ files: ['a', ['b', 'c']], dirs: ['d'], workers: 2n }),
  ],
  ['artifacts', map({ files: [['a', 'b', 'c']] }), refused],
  ['artifacts', 'a', refused],
  ['event', map({ name: 'a', kind: 'b' }), map({ name: 'a', kind: 'b' })],
  ['event', map({ names: 'a' }), refused],
  ['uuid', 'urn:uuid:{12345678-1234-5678-1234-567812345678}', '12345678123456781234567812345678'],
  ['uuid', 3n, refused],
  ['email', 'a.b+c@example.org', 'a.b+c@example.org'],
  ['email', 'a@b@example.org', refused],
  ['date', 86_401n, refused],
  ['date', '2026-1-2', refused],
  ['datetime', '2026-01-02 03:04', '2026-01-02T03:04'],
  ['datetime', '2026-01-02', '2026-01-02'],
  ['datetime', '2026-01-02T24:00:00', refused],
  ['datetime', 3n, refused],
  ['timedelta', 'P1DT1M', 86_460],
  ['timedelta', '-PT1S', -1],
  ['timedelta', 'PT', refused],
  ['timedelta', true, refused],
  ['StrictStr', 'a', refused],
  ['auth', 'a', refused],
  ['List[]', [], refused],
  ['string', 'a', refused],
];

describe('coerce', () => {
  for (const [type, value, result] of cases) {
    it(`${type} from ${compactJson(value)}`, () => {
      const read = coerce(value, type, false);
      assert.deepEqual(read.ok ? read.value : refused, result);
    });
  }
  it('brings every item of a list type to the type', () => {
    assert.deepEqual(coerce('[1, "2"]', 'int', true), { ok: true, value: [1n, 2n] });
    assert.equal(coerce(1n, 'int', true).ok, false);
  });
  it('answers long texts that are almost a number at once', () => {
    // Tried with every split of the digits, this would take minutes.
    for (const text of [
      `${'1'.repeat(1_000_000)}x`,
      `${'1_'.repeat(500_000)}x`,
      `${' '.repeat(1_000_000)}x`,
      `1.${'1'.repeat(1_000_000)}x`,
    ])
      for (const type of [
        'float',
        'int',
        'timedelta',
        'date',
        'datetime',
        'bool',
        'email',
        'uuid',
        'image',
        'uri',
        'wasb',
      ])
        assert.equal(
          coerce(text, type, false).ok,
          type === 'image' && !text.startsWith(' '),
          `${type} ${text.slice(0, 3)}`,
        );
  });
  it('knows its types', () => {
    assert.ok(isType('List[Dict[str, int]]'));
    assert.ok(
      !isType('List[string]') && !isType('toString') && !isType(`${'List['.repeat(1000)}int${']'.repeat(1000)}`),
    );
  });
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.double(), fc.bigInt()), (type, value) => {
        coerce(value, type, false);
        for (const [known] of cases) coerce(value, known, true);
      }),
    );
  });
});

describe('printing', () => {
  for (const [value, text] of [
    [2, '2.0'],
    [0.001, '0.001'],
    [1e-5, '1e-05'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e15, '1000000000000000.0'],
    [-0, '-0.0'],
    [1.5e300, '1.5e+300'],
  ] as const) {
    it(`prints the float ${text} as Python does`, () => assert.equal(pythonFloat(value), text));
  }
  it('prints composites as Python does', () => {
    assert.equal(
      pythonText([null, true, 'a', "it's", 'say "it\'s"\n', map({ a: 1n })]),
      `[None, True, 'a', "it's", 'say "it\\'s"\\n', {'a': 1}]`,
    );
  });
});

describe('validate', () => {
  for (const [value, rules, ok] of [
    [6n, { ge: 3n, lt: 10n, multipleOf: 3n }, true],
    [7n, { multipleOf: 3n }, false],
    [0.25, { decimalPlaces: 2n }, true],
    [0.255, { decimalPlaces: 2n }, false],
    ['abcd', { maxLength: 3n }, false],
    ['x1', { regex: '[a-z]' }, true],
    ['1x', { regex: '[a-z]' }, false],
    ['q', { options: ['x', 'y'] }, false],
    [[1n, 2n, 3n], { minItems: 2n, maxItems: 4n, ge: 1n }, true],
    [[0n], { ge: 1n }, false],
    [map({ a: 1n }), { keys: ['a'] }, true],
    [map({ a: 1n }), { containsKeys: ['b'] }, false],
    [3n, { minLength: 1n }, false],
  ] as const) {
    const limits = new Map<string, Value>(Object.entries(rules));
    it(`${compactJson(value)} ${ok ? 'fits' : 'breaks'} ${compactJson(limits)}`, () =>
      assert.equal(validate(value, limits) === undefined, ok));
  }
});
