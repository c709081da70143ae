import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../source/json.ts';
import { toValue } from '../values/from-node.ts';
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { hyperbandBrackets } from './hyperband-brackets.ts';
import { suggestionsOf } from './suggestions.ts';

/** The cases of a data file, each a matrix and what it suggests or that it is refused. */
function casesOf(name: string): readonly ValueMap[] {
  const text = readFileSync(join(import.meta.dirname, 'cases', `${name}.cases.json`), 'utf8');
  const read = readJson({ name, text });
  assert.ok(read.ok);
  const cases = mapOf(toValue(read.value)).get('cases') ?? null;
  assert.ok(cases !== null && isList(cases) && cases.length > 0);
  return cases.map(mapOf);
}

function mapOf(value: Value | undefined): ValueMap {
  assert.ok(value !== undefined && value !== null && isMap(value));
  return value;
}

/** Values as plain data; floats within 1e-12 of each other are equal, as the vectors are meant. */
function comparable(value: Value): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(Number(value).toPrecision(12));
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(comparable);
  return isMap(value) ? [...value].map(([key, each]) => [key, comparable(each)]) : null;
}

function suggested(matrix: ValueMap): unknown {
  const given = suggestionsOf(matrix);
  if (given === null || 'message' in given) return given;
  const listed = [...given];
  assert.equal(listed.length, given.count);
  assert.deepEqual([...given], listed);
  return listed.map(comparable);
}

describe('suggestionsOf, against cases that another implementation was run on', () => {
  for (const name of ['grid', 'mapping', 'random-seeded']) {
    for (const [at, each] of casesOf(name).entries()) {
      it(`${name} ${at + 1}`, () => {
        const matrix = mapOf(each.get('matrix'));
        const got = suggested(matrix);
        const wanted = each.get('suggestions');
        if (wanted === undefined) assert.ok(got !== null && typeof got === 'object' && 'message' in got);
        else assert.deepEqual(got, comparable(wanted));
      });
    }
  }
});

describe('hyperbandBrackets', () => {
  for (const each of casesOf('hyperband-brackets')) {
    const [most, eta] = [Number(each.get('maxIterations')), Number(each.get('eta'))];
    it(`has the exact brackets of ${most} and ${eta}`, () => {
      const brackets = hyperbandBrackets(most, eta);
      assert.ok(brackets !== undefined);
      const shown = brackets.map((bracket) => [
        ['iteration', bracket.iteration],
        ['bracket', bracket.bracket],
        [
          'rungs',
          bracket.rungs.map((rung) => Object.entries(rung).map(([key, value]) => [key, Number(value.toPrecision(12))])),
        ],
      ]);
      assert.deepEqual(shown, comparable(each.get('brackets') ?? null));
    });
  }

  it('has no end for an eta of one or less', () => {
    for (const eta of [1, 0.5, 0, -3, Number.NaN, 1.000_001]) assert.equal(hyperbandBrackets(81, eta), undefined);
  });
});
