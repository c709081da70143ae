import type { Node } from '../source/tree.ts';
import type { Value } from './value.ts';

/** The bare value of a tree, without places. */
export function toValue(node: Node): Value {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toValue);
  return new Map(node.entries.map((entry): [string, Value] => [entry.key, toValue(entry.value)]));
}
