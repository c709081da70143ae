import type { Node } from '../source/tree.ts';
import { nodeText } from '../wire/node-text.ts';

/** A step into a tree: a key of a mapping or the name of a list's item, or the position of an item, from 0. */
export type Step = string | number;

const step = /(?:^|\.)([^.[\]"]+)|\[(\d{1,9})\]|\["([^"\\]*)"\]/y;

/** Reads `inputs[0].type`, `inputs.lr.type` or `run.environment.labels["a.b"]`. Null when it is no path. */
export function readFieldPath(path: string): readonly Step[] | null {
  const steps: Step[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return null;
    const [, name, index, quoted] = found;
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
  }
  return steps.length === 0 ? null : steps;
}

/** The steps as they are typed; what `readFieldPath` reads back. */
export function fieldPathText(steps: readonly Step[]): string {
  let text = '';
  for (const each of steps) {
    if (typeof each === 'number') text += `[${each}]`;
    else if (/^[^.[\]"]+$/.test(each)) text += text === '' ? each : `.${each}`;
    else text += `["${each}"]`;
  }
  return text;
}

/** A step that finds the same thing in other layers: an item of a list by its name, or by what it is when it has none. */
export type Finder = string | { readonly item: Node };

/** What a step leads to, and how it is found elsewhere; undefined when nothing is there. */
export function follow(node: Node, to: Step): { readonly node: Node; readonly finder: Finder } | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'map') {
    const found = node.entries.find((entry) => entry.key === String(to))?.value;
    return found === undefined ? undefined : { node: found, finder: String(to) };
  }
  const found = typeof to === 'number' ? node.items[to] : node.items.find((item) => itemName(item) === to);
  return found === undefined ? undefined : { node: found, finder: itemName(found) ?? { item: found } };
}

/** What the finders lead to in a layer. */
export function find(root: Node, finders: readonly Finder[]): Node | undefined {
  let node: Node | undefined = root;
  for (const finder of finders) {
    if (node === undefined || node.kind === 'scalar') return undefined;
    if (typeof finder === 'string') node = follow(node, finder)?.node;
    else if (node.kind === 'map') return undefined;
    else node = itemLike(node.items, finder.item);
  }
  return node;
}

function itemLike(items: readonly Node[], wanted: Node): Node | undefined {
  const text = nodeText(wanted);
  return items.find((item) => nodeText(item) === text);
}

/** What may follow behind a node: keys, names of items, or positions. */
export function namesIn(node: Node): readonly string[] {
  if (node.kind === 'scalar') return [];
  if (node.kind === 'map') return node.entries.map((entry) => entry.key);
  return node.items.map((item, at) => itemName(item) ?? `[${at}]`);
}

function itemName(item: Node): string | undefined {
  const name = item.kind === 'map' ? item.entries.find((entry) => entry.key === 'name')?.value : undefined;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : undefined;
}
