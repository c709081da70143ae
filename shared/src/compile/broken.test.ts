import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJson } from '../diagnostics/print.ts';
import { check } from './stages.ts';

const folder = join(import.meta.dirname, '../../../examples/broken');

/** Each file has several mistakes; one pass must report them all, each at its place. */
describe('examples/broken', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  it('has examples', () => assert.ok(files.length >= 12));
  for (const name of files) {
    it(name, () => {
      const outcome = check({ files: [{ name, text: readFileSync(join(folder, name), 'utf8') }], params: [] });
      const found = (outcome.ok ? outcome.warnings : outcome.problems).map((problem) => {
        const { code, line, column } = toJson(problem);
        return { code, line, column };
      });
      const expected: unknown = JSON.parse(readFileSync(join(folder, name.replace('.yaml', '.expected.json')), 'utf8'));
      assert.deepEqual(found, expected);
    });
  }
});
