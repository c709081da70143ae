import type { Random } from '../contract/random.ts';
import { expression, templateText } from './expressions.ts';
import { pick } from './pick.ts';
import { copyOf, type Scalar, scalar, type Tree } from './tree.ts';

/** Names that a careless program finds on every object. */
export const treacherous = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__class__',
  'prototype',
];

const oddScalars: readonly Scalar['value'][] = [
  null,
  true,
  false,
  0n,
  -1n,
  1n,
  3n,
  9007199254740993n,
  10n ** 40n,
  0.5,
  -0,
  1e308,
  5e-324,
  '',
  ' ',
  'x',
  'yes',
  '1e3',
  '007',
  '-1',
  'a b',
  'a.b.c',
  '../../x',
  'é😀',
  '\ud800',
  '\u0000',
  '\n',
  'inputs.a',
  'ops.prep',
  'dag',
  'runs.x',
  'run_status_done',
  '@daily',
  '1:5:2',
  '2026-02-30',
  'PT1H',
  'a:b',
  '1..2',
  'x'.repeat(5000),
  ...treacherous,
];

/** Pieces of all seeds, and the keys that they have. */
export interface Pieces {
  readonly trees: readonly Tree[];
  readonly keys: readonly string[];
}

export function piecesOf(trees: readonly Tree[]): Pieces {
  const pieces: Tree[] = [];
  const keys = new Set<string>(treacherous);
  const walk = (tree: Tree): void => {
    pieces.push(tree);
    if (tree.kind === 'list') tree.items.forEach(walk);
    if (tree.kind === 'map')
      for (const [key, each] of tree.entries) {
        keys.add(key);
        walk(each);
      }
  };
  trees.forEach(walk);
  return { trees: pieces, keys: [...keys] };
}

/** Changes a tree in one place, seldom in more: a text with many mistakes is refused before it comes far. */
export function mutatedTree(random: Random, tree: Tree, pieces: Pieces): Tree {
  let changed = copyOf(tree);
  do changed = changeBelow(random, changed, pieces);
  while (random.chance(0.3));
  return changed;
}

/** Changes one node; the kind of a section is mostly left, since nothing below a wrong one is looked at. */
function changeBelow(random: Random, tree: Tree, pieces: Pieces): Tree {
  const places: ((put: (from: Tree) => Tree) => void)[] = [];
  const root: { tree: Tree } = { tree };
  const walk = (each: Tree): void => {
    if (each.kind === 'list')
      each.items.forEach((item, at) => {
        places.push((put) => each.items.splice(at, 1, put(item)));
        walk(item);
      });
    if (each.kind === 'map')
      for (const entry of each.entries) {
        if (entry[0] === 'kind' && random.chance(0.8)) continue;
        places.push((put) => {
          entry[1] = put(entry[1]);
        });
        walk(entry[1]);
      }
  };
  walk(tree);
  places.push((put) => {
    root.tree = put(root.tree);
  });
  pick(random, places)((from) => (random.chance(0.5) ? mild(random, from) : change(random, from, pieces)));
  return root.tree;
}

const mildNumbers = [0n, 1n, 2n, 5n, 100n, 0.5, 1.5, -1n] as const;

/** A change that may well be sound: a value of the same kind, or a template in the place of a text. */
function mild(random: Random, tree: Tree): Tree {
  if (tree.kind === 'list') return { kind: 'list', items: tree.items.slice(0, random.below(tree.items.length + 1)) };
  if (tree.kind === 'map') return { kind: 'map', entries: tree.entries.filter(() => random.chance(0.8)) };
  const { value } = tree;
  if (typeof value === 'bigint' || typeof value === 'number') return scalar(pick(random, mildNumbers));
  if (typeof value === 'boolean') return scalar(!value);
  if (random.chance(0.6)) return scalar(templateText(random));
  return scalar(random.chance(0.5) ? pick(random, treacherous) : `${value}x`);
}

function change(random: Random, tree: Tree, pieces: Pieces): Tree {
  switch (random.below(8)) {
    case 0:
      return scalar(pick(random, oddScalars));
    case 1:
      return copyOf(pick(random, pieces.trees));
    case 2:
      return { kind: 'list', items: random.chance(0.5) ? [tree] : [tree, copyOf(tree)] };
    case 3:
      return { kind: 'map', entries: [[pick(random, pieces.keys), tree]] };
    case 4:
      return scalar(templateText(random));
    case 5:
      return scalar(`{{ ${expression(random)} }}`);
    default:
      return changeMembers(random, tree, pieces);
  }
}

/** Takes members out, doubles, swaps, renames or adds one. */
function changeMembers(random: Random, tree: Tree, pieces: Pieces): Tree {
  if (tree.kind === 'scalar') return scalar(pick(random, oddScalars));
  if (tree.kind === 'list') {
    changeOrder(random, tree.items, () => copyOf(pick(random, pieces.trees)));
    return tree;
  }
  const other = (): [string, Tree] => [pick(random, pieces.keys), copyOf(pick(random, pieces.trees))];
  if (random.chance(0.4) && tree.entries.length > 0) pick(random, tree.entries)[0] = pick(random, pieces.keys);
  else changeOrder(random, tree.entries, other);
  return tree;
}

function changeOrder<T>(random: Random, members: T[], other: () => T): void {
  const at = random.below(members.length + 1);
  const [one] = members.slice(at, at + 1);
  const kind = random.below(4);
  if (one === undefined || kind === 0) members.splice(at, 0, other());
  else if (kind === 1) members.splice(at, 1);
  else if (kind === 2) members.push(one);
  else members.splice(random.below(members.length), 0, ...members.splice(at, 1));
}

const inserted = [
  ...'{}[]:,-#&*!|>\'"%@`?\n\t \u0000\u007f\ufeff\ud800é😀',
  '{{',
  '}}',
  '{%',
  '- ',
  ': ',
  '\n  ',
  '<<: ',
  '---\n',
  '...\n',
];

/** Changes a text without knowing what it says. */
export function mutatedText(random: Random, text: string, others: readonly string[]): string {
  let changed = text;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const at = random.below(changed.length + 1);
    const [head, tail] = [changed.slice(0, at), changed.slice(at)];
    const kind = random.below(10);
    if (kind === 0) changed = head + tail.slice(1 + random.below(8));
    else if (kind < 3) changed = head + pick(random, inserted) + tail;
    else if (kind === 3) changed = head + tail.slice(1, 2) + tail.slice(0, 1) + tail.slice(2);
    else if (kind === 4) changed = random.chance(0.3) ? head : head + tail.slice(0, 20) + tail;
    else if (kind === 5) changed = `${changed}${pick(random, others)}`;
    else changed = changedLines(random, changed, kind, others);
  }
  return changed;
}

function changedLines(random: Random, text: string, kind: number, others: readonly string[]): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  if (kind === 6) lines.splice(at, 1);
  else if (kind === 7) lines.splice(random.below(lines.length), 0, line);
  else if (kind === 8) lines.splice(at, 1, random.chance(0.5) ? `  ${line}` : line.replace(/^ {1,2}/, ''));
  else lines.splice(at, 0, pick(random, pick(random, others).split('\n')));
  return lines.join('\n');
}

/** Characters of all sorts, as a file that is no text has them. */
export function rawText(random: Random): string {
  const length = random.below(200);
  const wide = random.chance(0.3);
  return String.fromCharCode(...Array.from({ length }, () => random.below(wide ? 65_536 : 128)));
}
