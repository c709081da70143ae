import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeWire } from '../wire/wire-json.ts';
import { casesOf, jsonOf, valueAt } from './testing/a-case.ts';
import { runCase } from './testing/run-case.ts';

const folder = join(import.meta.dirname, 'cases');

/** What compiler.md says beside its text: the examples with results, the rules that a seed asks for, the bugs not to copy. */
describe('acceptance of the compiler', () => {
  const cases = casesOf(readFileSync(join(folder, 'acceptance.cases'), 'utf8'));
  it('has cases, each with something to hold', () => {
    assert.ok(cases.length > 60);
    assert.deepEqual(
      cases.filter((each) => each.expected.length + each.said.length === 0).map((each) => each.title),
      [],
    );
  });
  for (const each of cases)
    it(each.title, () => {
      const { document, said } = runCase(each);
      assert.deepEqual(said, each.said);
      for (const [pointer, json] of each.expected) {
        assert.ok(document !== null);
        const value = valueAt(document, pointer);
        assert.equal(
          value === undefined ? 'nothing' : encodeWire(value),
          json === 'nothing' ? json : encodeWire(jsonOf(json)),
          pointer,
        );
      }
    });
});

/** Every row of the table of errors in compiler.md 6 is one line, with a code and a place. */
describe('errors of the compiler', () => {
  const cases = casesOf(readFileSync(join(folder, 'errors.cases'), 'utf8'));
  it('has cases, each with one line', () => {
    assert.ok(cases.length > 40);
    assert.deepEqual(
      cases.filter((each) => each.said.length !== 1 || each.expected.length > 0).map((each) => each.title),
      [],
    );
  });
  for (const each of cases)
    it(each.title, () => {
      const { document, said } = runCase(each);
      assert.equal(document, null);
      assert.deepEqual(said, each.said);
    });
});
