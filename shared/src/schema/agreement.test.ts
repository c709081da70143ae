import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource } from '../source/read-source.ts';
import { allRight, allWrong, judges, type Verdicts } from './judges.ts';
import { layer } from './operation.ts';

const root = join(import.meta.dirname, '../../..');
const schema: unknown = JSON.parse(readFileSync(join(root, 'docs/reference/tandem.schema.json'), 'utf8'));
assert.ok(typeof schema === 'object' && schema !== null);
const verdicts = judges(schema);

function verdictsOn(folder: string, name: string): Verdicts {
  const tree = readSource({ name, text: readFileSync(join(root, 'examples', folder, name), 'utf8') });
  assert.ok(tree.ok, name);
  return verdicts(tree.value);
}

/** Files under `examples/broken` whose mistake is not in their form. */
const rightInForm = new Set([
  'bad-inputs',
  'bad-templates',
  'missing-params',
  'mistyped-params',
  'old-yaml',
  'too-early',
  'undeclared-params',
  'unknown-names',
]);

describe('the compiler, the JSON Schema and the zod types', () => {
  const files = (folder: string): readonly string[] =>
    readdirSync(join(root, 'examples', folder)).filter((name) => name.endsWith('.yaml'));

  for (const folder of readdirSync(join(root, 'examples')).filter((name) => name !== 'broken'))
    for (const name of files(folder))
      it(`pass examples/${folder}/${name}`, () => assert.deepEqual(verdictsOn(folder, name), allRight));

  for (const name of files('broken').filter((each) => each !== 'broken-yaml.yaml'))
    it(`agree about examples/broken/${name}`, () => {
      const expected = rightInForm.has(name.replace('.yaml', '')) ? allRight : allWrong;
      assert.deepEqual(verdictsOn('broken', name), expected);
    });

  it('is spelled in camelCase when zod has parsed it', () => {
    const parsed = layer.parse({ is_approved: true, matrix: { kind: 'grid', num_runs: 2, params: {} } });
    assert.deepEqual(parsed, { isApproved: true, matrix: { kind: 'grid', numRuns: 2, params: {} } });
  });
});
