import assert from 'node:assert/strict';
import fc from 'fast-check';
import { complete } from './complete.ts';
import { filters } from './filters.ts';
import { names } from './names.ts';

/** The cursor stands at `^`. */
function at(marked: string, ...own: readonly string[]): readonly string[] {
  const offset = marked.indexOf('^');
  return complete(marked.replace('^', ''), offset, own).proposals.map(({ name }) => name);
}

describe('complete', () => {
  const cases: readonly (readonly [why: string, marked: string, expected: readonly string[]])[] = [
    ['sections and own names', '{{ ^', ['globals', 'lr', 'epochs', 'params', 'connections', 'init']],
    ['the beginning of an own name', '{{ l^ }}', ['lr']],
    ['names of a section', '{{ globals.project_^ }}', ['project_name', 'project_unique_name', 'project_uuid']],
    ['a name inside of an expression', '{{ lr * globals.iter^ + 1 }}', ['iteration']],
    ['own names as params', '{{ params.^ }}', ['lr', 'epochs', 'as_args']],
    ['what a param has', '{{ params.lr.as_^ }}', ['as_str', 'as_arg']],
    ['nothing below an unknown param', '{{ params.nope.^ }}', []],
    ['a filter', '{{ lr | rou^ }}', ['round']],
    ['a test', '{{ lr is not defi^ }}', ['defined']],
    ['a condition', '{% if glob^ %}', ['globals']],
    ['text outside', '{{ lr }} glob^', []],
    ['text in quotes', '{{ "glob^" }}', []],
    ['text behind quotes', `{{ 'it\\'s' ~ glob^`, ['globals']],
    ['no template', 'globals.^', []],
  ];
  for (const [why, marked, expected] of cases)
    it(`proposes for ${why}: ${marked}`, () => assert.deepEqual(at(marked, 'lr', 'epochs'), expected));

  it('says what it stands for, and which text it replaces', () => {
    const completion = complete('a {{ globals.uuxx }}', 15, []);
    assert.deepEqual([completion.from, completion.end], [13, 17]);
    assert.deepEqual(completion.proposals, [
      { name: 'uuid', kind: 'name', type: 'uuid', says: 'The uuid of the run, 32 hex digits.' },
    ]);
  });

  it('reaches every name of the catalogue and every filter', () => {
    for (const { name } of names) {
      if (name.includes('<')) continue;
      const [step = ''] = name.split('.').slice(-1);
      assert.ok(at(`{{ ${name.slice(0, -1)}^`).includes(step), name);
    }
    for (const name of filters.keys()) assert.ok(at(`{{ x|${name.slice(0, -1)}^`).includes(name), name);
  });

  it('ends for any text', () => {
    const piece = fc.constantFrom('{{', '}}', '{%', '"', "'", '\\', 'globals', '.', '|', ' is ', 'not ', 'x', '\n');
    fc.assert(
      fc.property(fc.array(piece), fc.nat(), (pieces, place) => {
        const text = pieces.join('');
        const offset = Math.min(place, text.length);
        const { from, end } = complete(text, offset, ['x']);
        assert.ok(from <= offset && offset <= end && end <= text.length);
      }),
    );
  });
});
