import type { MapEntry, Node } from '../tree.ts';
import { type Cursor, isEmptyAt, skipSpaces, unit } from './cursor.ts';
import { isFlowIndicator } from './scalars.ts';

/**
 * Reads the name of the anchor or alias at the cursor and goes behind it. Undefined for names that the
 * package doubts, and inside of a placeholder, where there are no anchors.
 */
function scanName(cursor: Cursor): string | undefined {
  const text = cursor.text;
  const start = cursor.at + 1;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === unit.space || code === unit.newline || code === unit.return || at >= text.length) break;
    if (isFlowIndicator(code)) break;
    if (code < unit.space || code === unit.colon) return undefined;
    at += 1;
  }
  if (at === start || cursor.hidden) return undefined;
  cursor.at = at;
  return text.slice(start, at);
}

/** Reads `&name` and the blanks behind it; until `endAnchor` an alias of it would stand inside of what it names. */
export function beginAnchor(cursor: Cursor): string | undefined {
  const name = scanName(cursor);
  if (name === undefined || !isEmptyAt(cursor, cursor.at)) return undefined;
  skipSpaces(cursor);
  const next = cursor.text.charCodeAt(cursor.at);
  if (next === unit.star || next === unit.ampersand) return undefined;
  cursor.anchors.set(name, null);
  return name;
}

/** Lets aliases find a node; `before` is the count of nodes from before it. */
export function endAnchor(cursor: Cursor, name: string, node: Node, before: number): Node {
  cursor.anchors.set(name, { node, size: cursor.nodes - before });
  return node;
}

/** The node that the alias at the cursor names. Undefined for the mistakes, which the slow reader explains. */
export function readAlias(cursor: Cursor): Node | undefined {
  const name = scanName(cursor);
  const anchor = name === undefined ? undefined : cursor.anchors.get(name);
  if (anchor === undefined || anchor === null) return undefined;
  cursor.nodes += anchor.size + 1;
  return cursor.nodes < cursor.mostNodes ? anchor.node : undefined;
}

/** Adds the keys of a merged mapping, or of a list of them; false when the value is something else. */
export function addMerged(merged: Map<string, MapEntry>, value: Node): boolean {
  if (value.kind === 'scalar') return false;
  if (value.kind === 'list') return value.items.every((item) => addMerged(merged, item));
  // Of several merged mappings the first one wins.
  for (const entry of value.entries) if (!merged.has(entry.key)) merged.set(entry.key, entry);
  return true;
}

/** The keys of a mapping behind those that it merges; its own values win. */
export function withMerged(merged: Map<string, MapEntry> | undefined, own: readonly MapEntry[]): readonly MapEntry[] {
  // A merged mapping without keys changes nothing.
  if (merged === undefined || merged.size === 0) return own;
  for (const entry of own) merged.set(entry.key, entry);
  return [...merged.values()];
}
