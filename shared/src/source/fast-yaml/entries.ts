import { repeatedKey } from '../json.ts';
import type { MapEntry, Node } from '../tree.ts';
import { oldKey } from '../yaml-warnings.ts';
import { type Cursor, spanAt } from './cursor.ts';

/** Maps with more keys than this are looked up by a hash. */
const few = 12;

/** Where the keys of a large map stand; undefined while it is small. */
export type KeyIndex = Map<string, number> | undefined;

/**
 * Adds a key that was read with its value; of a key that stands twice the last value counts, in the place of the first.
 * Gives the index to pass with the next key.
 */
export function addEntry(
  cursor: Cursor,
  entries: MapEntry[],
  index: KeyIndex,
  key: string,
  plain: boolean,
  start: number,
  end: number,
  value: Node,
): KeyIndex {
  const keySpan = spanAt(cursor, start, end);
  // A key of more letters is none of the words that YAML 1.1 takes for booleans.
  if (plain && key.length <= 3) {
    const doubt = oldKey(key, keySpan);
    if (doubt !== undefined) cursor.diagnostics.push(doubt);
  }
  const entry: MapEntry = { key, keySpan, value };
  const at = index === undefined ? placeOfKey(entries, key) : (index.get(key) ?? -1);
  const former = entries[at];
  if (former !== undefined) {
    cursor.diagnostics.push(repeatedKey(key, keySpan, former.keySpan));
    entries[at] = entry;
    return index;
  }
  entries.push(entry);
  if (index !== undefined) return index.set(key, entries.length - 1);
  return entries.length > few ? new Map(entries.map((each, place) => [each.key, place])) : undefined;
}

function placeOfKey(entries: readonly MapEntry[], key: string): number {
  for (let at = 0; at < entries.length; at += 1) if (entries[at]?.key === key) return at;
  return -1;
}
