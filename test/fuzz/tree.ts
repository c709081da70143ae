import { readSource } from '@tandem/shared/source';
import { isList, isMap, toValue, type Value } from '@tandem/shared/values';

/** A document that can be changed anywhere: entries keep their order, and a key may stand twice. */
export type Tree = Scalar | Items | Entries;

export type Scalar = { kind: 'scalar'; value: string | number | bigint | boolean | null };
export type Items = { kind: 'list'; items: Tree[] };
export type Entries = { kind: 'map'; entries: [string, Tree][] };

export function scalar(value: Scalar['value']): Scalar {
  return { kind: 'scalar', value };
}

/** The tree of a text that is known to be sound. */
export function treeOf(name: string, text: string): Tree {
  const read = readSource({ name, text });
  if (!read.ok) throw new Error(`the seed "${name}" cannot be read: ${read.problems[0]?.message}`);
  return fromValue(toValue(read.value));
}

function fromValue(value: Value): Tree {
  if (value === null || typeof value !== 'object') return scalar(value);
  if (isList(value)) return { kind: 'list', items: value.map(fromValue) };
  return isMap(value)
    ? { kind: 'map', entries: [...value].map(([key, each]): [string, Tree] => [key, fromValue(each)]) }
    : scalar(null);
}

export function copyOf(tree: Tree): Tree {
  if (tree.kind === 'scalar') return { ...tree };
  if (tree.kind === 'list') return { kind: 'list', items: tree.items.map(copyOf) };
  return { kind: 'map', entries: tree.entries.map(([key, each]): [string, Tree] => [key, copyOf(each)]) };
}

/** As one line of JSON, which is YAML too. */
export function asJson(tree: Tree): string {
  if (tree.kind === 'scalar') return scalarText(tree);
  if (tree.kind === 'list') return `[${tree.items.map(asJson).join(', ')}]`;
  return `{${tree.entries.map(([key, each]) => `${JSON.stringify(key)}: ${asJson(each)}`).join(', ')}}`;
}

/** As lines, the way people write YAML; texts that could be read as something else are quoted. */
export function asYaml(tree: Tree, depth = 0): string {
  const indent = '  '.repeat(depth);
  if (tree.kind === 'scalar') return `${scalarText(tree)}\n`;
  if (tree.kind === 'list')
    return tree.items.length === 0 ? '[]\n' : tree.items.map((each) => `${indent}- ${below(each, depth)}`).join('');
  if (tree.entries.length === 0) return '{}\n';
  return tree.entries.map(([key, each]) => `${indent}${keyText(key)}: ${below(each, depth)}`).join('');
}

function below(tree: Tree, depth: number): string {
  const isEmpty = tree.kind === 'scalar' || (tree.kind === 'list' ? tree.items : tree.entries).length === 0;
  return isEmpty ? asYaml(tree) : `\n${asYaml(tree, depth + 1)}`;
}

function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : JSON.stringify(key);
}

function scalarText({ value }: Scalar): string {
  if (typeof value !== 'string') return String(value);
  return /^[a-z][a-z ]*$/.test(value) ? value : JSON.stringify(value);
}
