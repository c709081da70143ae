import type { Value } from '../values/value.ts';

/** The pairs that `groupby` made. They are lists of two items, and their items have names as well. */
const groups = new WeakSet<object>();

/** A pair of a key and the items that share it. */
export function newGroup(key: Value, items: readonly Value[]): Value {
  const pair: Value = [key, items];
  groups.add(pair);
  return pair;
}

/** `group.grouper` and `group.list`; undefined for all other names and lists. */
export function groupMember(list: readonly Value[], name: string): Value | undefined {
  if ((name !== 'grouper' && name !== 'list') || !groups.has(list)) return undefined;
  return list[name === 'grouper' ? 0 : 1];
}
