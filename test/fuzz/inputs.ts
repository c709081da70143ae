import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, randomFrom } from '../contract/random.ts';
import { mutatedText, mutatedTree, piecesOf, rawText } from './mutate.ts';
import { pick } from './pick.ts';
import { asJson, asYaml, type Tree, treeOf } from './tree.ts';

interface Seed {
  readonly name: string;
  readonly text: string;
  /** Null: the text has mistakes that no tree can have. */
  readonly tree: Tree | null;
}

/** The operations of `seeds.cases`: `# title`, then a YAML text. */
export const ownSeeds: readonly Seed[] = readFileSync(join(import.meta.dirname, 'seeds.cases'), 'utf8')
  .split(/^# /m)
  .slice(1)
  .map((part) => {
    const [name = '', ...lines] = part.split('\n');
    const text = lines.join('\n');
    return { name, text, tree: treeOf(name, text) };
  });

const examples: readonly Seed[] = globSync('examples/**/*.yaml', { cwd: join(import.meta.dirname, '../..') })
  .sort()
  .map((name) => {
    const text = readFileSync(join(import.meta.dirname, '../..', name), 'utf8');
    return { name, text, tree: name.includes('broken') ? null : treeOf(name, text) };
  });

const seeds = [...ownSeeds, ...examples];
const sound = seeds.flatMap(({ tree }) => (tree === null ? [] : [tree]));
const texts = seeds.map(({ text }) => text);
const pieces = piecesOf(sound);

/** The input of a number, always the same one. */
export function inputOf(number: number): string {
  const random = randomFrom(number);
  const kind = random.below(20);
  if (kind === 0) return rawText(random);
  if (kind < 4) return mutatedText(random, pick(random, texts), texts);
  return printed(random, mutatedTree(random, pick(random, sound), pieces));
}

function printed(random: Random, tree: Tree): string {
  const text = random.chance(0.5) ? asYaml(tree) : asJson(tree);
  return random.chance(0.05) ? mutatedText(random, text, texts) : text;
}
