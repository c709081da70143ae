import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toJson } from '../diagnostics/print.ts';
import { toValue } from '../values/from-node.ts';
import { compactJson } from '../values/print.ts';
import type { Value } from '../values/value.ts';
import { readSource } from './read-source.ts';
import { placeOf } from './span.ts';
import { type MapNode, member, type Node } from './tree.ts';

function asMap(node: Node | undefined): MapNode {
  assert.ok(node?.kind === 'map');
  return node;
}

function problemsOf(text: string, name = 'a.yaml'): readonly string[] {
  const read = readSource({ name, text });
  return (read.ok ? read.warnings : read.problems).map((each) => {
    const { code, line, column } = toJson(each);
    return `${code} @ ${line}:${column}`;
  });
}

function scalarOf(scalar: string): Value | undefined {
  const read = readSource({ name: 'a.yaml', text: `a: ${scalar}\n` });
  const node = read.ok ? member(read.value, 'a') : undefined;
  return node === undefined ? undefined : toValue(node);
}

describe('readSource', () => {
  const meanings: readonly (readonly [string, Value, boolean])[] = [
    ['yes', true, true],
    ['NO', false, true],
    ['on', true, true],
    ['true', true, false],
    ['y', 'y', false],
    ['012', 10n, true],
    ['08', '08', false],
    ['0x1F', 31n, false],
    ['0b11', 3n, true],
    ['1_000', 1000n, true],
    ['1:30', 90n, true],
    ['-1:30', -90n, true],
    ['1:30.5', 90.5, true],
    ['1e3', '1e3', true],
    ['1e-3', '1e-3', true],
    ['1.0e+3', 1000, false],
    ['1.5', 1.5, false],
    ['.5', 0.5, false],
    ['+7', 7n, false],
    ['123456789012345678901234567890', 123456789012345678901234567890n, false],
    ['~', null, false],
    ['', null, false],
    ['2026-01-31', '2026-01-31', true],
    ['2026-1-2 3:04:05 +1', '2026-01-02T03:04:05+01:00', true],
    ['"yes"', 'yes', false],
    ["'012'", '012', false],
    ['!!str 3', '3', false],
    ['!!float 3', 3, false],
  ];
  for (const [text, value, warns] of meanings) {
    it(`reads ${text || 'nothing'} as YAML 1.1 does`, () => {
      assert.deepEqual(scalarOf(text), value);
      assert.deepEqual(problemsOf(`a: ${text}\n`), warns ? ['parse/yaml-1.1 @ 1:4'] : []);
    });
  }

  it('takes an unquoted placeholder as its text', () => {
    assert.equal(scalarOf('{{ x.y | default(1) }}'), '{{ x.y | default(1) }}');
    assert.deepEqual(problemsOf('a: [1, {{ x }}]\n'), ['parse/unquoted-placeholder @ 1:8']);
  });

  it('follows aliases and merge keys, the own key winning', () => {
    const read = readSource({ name: 'a.yaml', text: 'b: &b {x: 1, y: 2}\nc: {y: 3, <<: *b}\nd: *b\n' });
    assert.ok(read.ok);
    assert.deepEqual(
      toValue(read.value),
      new Map<string, Value>([
        [
          'b',
          new Map([
            ['x', 1n],
            ['y', 2n],
          ]),
        ],
        [
          'c',
          new Map([
            ['x', 1n],
            ['y', 3n],
          ]),
        ],
        [
          'd',
          new Map([
            ['x', 1n],
            ['y', 2n],
          ]),
        ],
      ]),
    );
  });

  const ragged: readonly (readonly [what: string, text: string, json: string, place: string])[] = [
    ['an item below its key', 'r:\n  a: [x,\n  y]\n  z: 1\n', '{"r":{"a":["x","y"],"z":1}}', '3:3'],
    ['an item left of its key', 'r:\n  a: [x,\ny]\n  z: 1\n', '{"r":{"a":["x","y"],"z":1}}', '3:1'],
    ['a bracket left of its key', 'r:\n  a: [\n    x,\n    y\n]\n  z: 1\n', '{"r":{"a":["x","y"],"z":1}}', '4:5'],
    ['a brace left of its key', 'r:\n  a: {p: x,\nq: y}\n  z: 1\n', '{"r":{"a":{"p":"x","q":"y"},"z":1}}', '3:4'],
    ['a text in quotes', 'r:\n  a: ["x\ny", y]\n  z: 1\n', '{"r":{"a":["x y","y"],"z":1}}', '3:5'],
    ['a text in single quotes', "r:\n  a: 'x\n y'\n  z: 1\n", '{"r":{"a":"x y","z":1}}', '2:6'],
  ];
  for (const [what, text, json, place] of ragged)
    it(`reads ${what} that goes on at any column, as PyYAML does, each at its place`, () => {
      const read = readSource({ name: 'a.yaml', text });
      assert.ok(read.ok, problemsOf(text).join());
      assert.equal(compactJson(toValue(read.value)), json);
      const at = member(asMap(member(read.value, 'r')), 'a');
      const last = at?.kind === 'list' ? at.items.at(-1) : at?.kind === 'map' ? at.entries.at(-1)?.value : at;
      assert.ok(last !== undefined);
      const { line, column } = placeOf(last.span);
      assert.equal(`${line}:${column}`, place);
    });

  const refusals: readonly (readonly [string, string, readonly string[]])[] = [
    ['a list', '- 1\n', ['parse/not-a-mapping @ 1:1']],
    ['an empty file', '# nothing\n', ['parse/not-a-mapping @ 1:1']],
    ['two documents', 'a: 1\n---\nb: 2\n', ['parse/several-documents @ 2:1']],
    ['a NUL byte', 'a: \0\n', ['parse/binary @ 1:4']],
    ['half a pair', 'a: \ud800\n', ['parse/binary @ 1:4']],
    ['half a pair as an escape', 'a: {b: ["\\ud800"]}\n', ['parse/binary @ 1:9']],
    ['half a pair in a key', '"\\ud800": 1\n', ['parse/binary @ 1:1']],
    ['half a pair in JSON', '{"a": "\\ud800"}', ['parse/binary @ 1:7']],
    ['a quote that the file does not close', 'a: "b', ['parse/bad-yaml @ 1:4']],
    ['the same, over several lines', 'a: it\nb: "x\nc: d\n', ['parse/bad-yaml @ 2:4']],
    ['a map that the file does not close', 'a: {', ['parse/bad-yaml @ 1:5']],
    ['a bracket that nobody closes, where the next key begins', 'a: [b,\nc: d\ne: f\n', ['parse/bad-yaml @ 2:1']],
    ['an alias loop', 'a: &a [*a]\n', ['parse/bad-alias @ 1:8']],
    ['an application tag', 'a: !!python/object:os.system x\n', ['parse/bad-tag @ 1:30']],
    ['deep brackets', `a: ${'['.repeat(10_000)}`, ['parse/too-deep @ 1:105']],
    ['deep closed brackets', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, ['parse/too-deep @ 1:105']],
    ['deep dashes', `a:\n  ${'- '.repeat(10_000)}1`, ['parse/too-deep @ 2:204']],
    ['too much YAML', `a: ${'x'.repeat(1024 * 1024)}\n`, ['parse/too-large @ 1:1']],
    ['too much JSON', `{"a": "${'x'.repeat(16 * 1024 * 1024)}"}`, ['parse/too-large @ 1:1']],
  ];
  for (const [what, text, expected] of refusals) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(problemsOf(text), expected);
    });
  }

  it('points no further than the end of the text', () => {
    for (const text of ['a: "b', 'a: {', 'a: [', "a: 'b", '{"a": ', '{"a": "\\', '', 'a: &']) {
      for (const name of ['a.yaml', 'a.json']) {
        const read = readSource({ name, text });
        for (const { span } of read.ok ? read.warnings : read.problems)
          assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, `${name}: ${text}`);
      }
    }
  });

  it('refuses a bomb of aliases', () => {
    const lines = ['a0: &a0 [1,1,1,1,1,1,1,1,1]'];
    for (let level = 1; level < 12; level += 1)
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(',')}]`,
      );
    assert.deepEqual(problemsOf(lines.join('\n')), ['parse/too-many-nodes @ 7:10']);
  });

  it('reads JSON with its own rules', () => {
    const read = readSource({ name: 'a.json', text: '{"a": 1e3, "b": 2.0, "c": 3, "d": "\\u00e9", "c": 4}' });
    assert.ok(read.ok);
    assert.deepEqual(
      toValue(read.value),
      new Map<string, Value>([
        ['a', 1000],
        ['b', 2],
        ['c', 4n],
        ['d', 'é'],
      ]),
    );
    assert.deepEqual(
      read.warnings.map((each) => each.code),
      ['parse/duplicate-key'],
    );
    assert.deepEqual(problemsOf('{"a": }', 'a.json'), ['parse/bad-json @ 1:7']);
    assert.deepEqual(problemsOf('{"a": 1e999}', 'a.json'), ['parse/bad-json @ 1:7']);
  });

  it('never throws, whatever the text is', () => {
    const noise = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ':',
        ' ',
        '\n',
        '- ',
        '"',
        "'",
        'a',
        '1',
        '&a ',
        '*a',
        '{{',
        '}}',
        '|',
        '>',
        '#',
        '!',
        '\t',
        '?',
        ',',
        '%',
        '<<',
        '---',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          noise.map((parts) => parts.join('')),
        ),
        (text) => {
          readSource({ name: 'a.yaml', text });
          readSource({ name: 'a.json', text });
        },
      ),
      { numRuns: 2000 },
    );
  });
});
