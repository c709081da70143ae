import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { readFastYaml } from './fast-yaml.ts';
import { readSource } from './read-source.ts';
import { choicesFrom, mutated, randomYaml } from './testing/random-yaml.ts';
import type { Node } from './tree.ts';
import { readAnyYaml } from './yaml.ts';

/** Another seed tries other documents; a failure names the one that shows it again. */
const firstSeed = Number(process.env['TANDEM_SEED'] ?? 1);
const documents = Number(process.env['TANDEM_DOCUMENTS'] ?? 7_000);
// biome-ignore lint/suspicious/noControlCharactersInRegex: such texts are refused before any reader sees them.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const examples = globSync('**/*.yaml', { cwd: join(import.meta.dirname, '../../../examples') }).map((name) => ({
  name,
  text: readFileSync(join(import.meta.dirname, '../../../examples', name), 'utf8'),
}));

/** A tree as text, every place in it. */
function shown(node: Node): string {
  const place = `${node.span.start}-${node.span.end}`;
  if (node.kind === 'scalar') {
    const value = Object.is(node.value, -0) ? '-0' : String(node.value);
    return `${place} ${typeof node.value} ${value}`;
  }
  if (node.kind === 'list') return `${place} [${node.items.map(shown).join(', ')}]`;
  const entries = node.entries.map(
    ({ key, keySpan, value }) => `${keySpan.start}-${keySpan.end} ${JSON.stringify(key)}: ${shown(value)}`,
  );
  return `${place} {${entries.join(', ')}}`;
}

function said({ code, severity, message, hint, span, related = [] }: Diagnostic): string {
  const others = related.map((each) => `${each.message} ${each.span.start}-${each.span.end}`);
  return [code, severity, `${span.start}-${span.end}`, message, hint, ...others].join(' | ');
}

/** Whether the fast reader took the text; if it did, it must have read what the package reads. */
function agrees(text: string, seed: string): boolean {
  const file = { name: 'a.yaml', text };
  const fast = readFastYaml(file);
  if (fast.node === undefined) return false;
  const slow = readAnyYaml(file);
  const what = `seed ${seed}: ${JSON.stringify(text)}`;
  assert.ok(slow.ok, `${what} is read although it is broken`);
  assert.equal(shown(fast.node), shown(slow.value), what);
  assert.deepEqual(fast.diagnostics.map(said), slow.warnings.map(said), what);
  return true;
}

describe('the fast reader of YAML', () => {
  it('takes every sound example, and reads what the package reads', () => {
    for (const { name, text } of examples) {
      const sound = readAnyYaml({ name, text }).ok;
      assert.equal(agrees(text, name), sound, name);
    }
  });

  it('reads generated documents as the package does, and nearly all of them by itself', () => {
    let taken = 0;
    for (let seed = firstSeed; seed < firstSeed + documents; seed += 1)
      if (agrees(randomYaml(choicesFrom(seed)), String(seed))) taken += 1;
    assert.ok(taken >= documents * 0.95, `${taken} of ${documents} were taken`);
  });

  it('reads what is left of documents after random changes as the package does, or leaves it', () => {
    let taken = 0;
    for (let seed = firstSeed; seed < firstSeed + documents; seed += 1) {
      const choices = choicesFrom(seed);
      const whole = randomYaml(choices);
      for (let change = 0; change < 2; change += 1) {
        const example = examples[choices.below(examples.length)]?.text ?? whole;
        const text = mutated(choices, choices.onceIn(10) ? example : whole);
        if (!control.test(text) && agrees(text, String(seed))) taken += 1;
      }
    }
    assert.ok(taken > documents / 4, 'changed documents are hardly ever read, so that nothing was compared');
  });

  it('any text ends in a tree or in problems', () => {
    const pieces = fc.constantFrom(
      'a: ',
      '- ',
      '[',
      '{',
      '"',
      "'",
      '|\n',
      '&a ',
      '*a',
      '{{ x }}',
      '\n',
      '  ',
      '#',
      ': ',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => new TextDecoder().decode(bytes)),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('a.yaml', 'a.json'), (text, name) => {
        const read = readSource({ name, text });
        assert.ok(read.ok || read.problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 10_000 },
    );
  });
});
