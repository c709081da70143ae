import type { MapEntry, Node } from '../tree.ts';
import { unquoted } from '../yaml-warnings.ts';
import { addMerged, beginAnchor, endAnchor, readAlias, withMerged } from './anchors.ts';
import {
  behindComment,
  behindLineEnd,
  type Cursor,
  listAt,
  mapAt,
  scalarAt,
  skipSpaces,
  spanAt,
  unit,
} from './cursor.ts';
import { addEntry, type KeyIndex } from './entries.ts';
import { isFlowIndicator, scanFlowToken, tokenNode } from './scalars.ts';

/**
 * Reads the flow collection at the cursor and stops behind its bracket. Its lines have to begin at column `least` or later,
 * but for a last bracket, which may be one column before it. `level` counts the flow collections around its content.
 */
export function readFlow(cursor: Cursor, least: number, depth: number, level: number): Node | undefined {
  if (depth > cursor.deepest) return undefined;
  if (cursor.text.charCodeAt(cursor.at) === unit.openBracket) return readFlowList(cursor, least, depth, level);
  if (cursor.text.charCodeAt(cursor.at + 1) === unit.openBrace) return readPlaceholder(cursor, least, depth, level);
  return readFlowMap(cursor, least, depth, level);
}

function readFlowList(cursor: Cursor, least: number, depth: number, level: number): Node | undefined {
  const text = cursor.text;
  const start = cursor.at;
  const items: Node[] = [];
  do {
    cursor.at += 1;
    if (!skipFlowBlank(cursor, least, level)) return undefined;
    if (text.charCodeAt(cursor.at) === unit.closeBracket) break;
    const item = readFlowNode(cursor, least, depth + 1, level);
    if (item === undefined || !skipFlowBlank(cursor, least, level)) return undefined;
    items.push(item);
  } while (text.charCodeAt(cursor.at) === unit.comma);
  if (text.charCodeAt(cursor.at) !== unit.closeBracket) return undefined;
  cursor.at += 1;
  return listAt(cursor, items, start, cursor.at);
}

function readFlowMap(cursor: Cursor, least: number, depth: number, level: number): Node | undefined {
  const text = cursor.text;
  const start = cursor.at;
  const entries: MapEntry[] = [];
  let index: KeyIndex;
  let merged: Map<string, MapEntry> | undefined;
  do {
    cursor.at += 1;
    if (!skipFlowBlank(cursor, least, level)) return undefined;
    if (text.charCodeAt(cursor.at) === unit.closeBrace) break;
    if (!scanFlowToken(cursor, 0)) return undefined;
    const { tokenText: key, tokenPlain: plain, tokenStart: keyStart, tokenEnd: keyEnd } = cursor;
    const value = readFlowValue(cursor, least, depth + 1, level);
    if (value === undefined || !skipFlowBlank(cursor, least, level)) return undefined;
    if (plain && key === '<<') {
      merged ??= new Map();
      if (!addMerged(merged, value)) return undefined;
    } else index = addEntry(cursor, entries, index, key, plain, keyStart, keyEnd, value);
  } while (text.charCodeAt(cursor.at) === unit.comma);
  if (text.charCodeAt(cursor.at) !== unit.closeBrace) return undefined;
  cursor.at += 1;
  return mapAt(cursor, withMerged(merged, entries), start, cursor.at);
}

/** The value of the key that was scanned: behind its colon, empty, or none at all, which stands where the key does. */
function readFlowValue(cursor: Cursor, least: number, depth: number, level: number): Node | undefined {
  skipSpaces(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== unit.colon)
    return scalarAt(cursor, null, cursor.tokenStart, cursor.tokenEnd);
  cursor.at += 1;
  skipSpaces(cursor);
  const place = cursor.at;
  if (!skipFlowBlank(cursor, least, level)) return undefined;
  const next = cursor.text.charCodeAt(cursor.at);
  if (next === unit.comma || next === unit.closeBrace)
    return depth > cursor.deepest ? undefined : scalarAt(cursor, null, place, place);
  return readFlowNode(cursor, least, depth, level);
}

function readFlowNode(cursor: Cursor, least: number, depth: number, level: number): Node | undefined {
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === unit.openBracket || first === unit.openBrace) return readFlow(cursor, least, depth, level + 1);
  if (depth > cursor.deepest) return undefined;
  if (first === unit.star) return readAlias(cursor);
  if (first === unit.ampersand) {
    const before = cursor.nodes;
    const name = beginAnchor(cursor);
    const node = name === undefined ? undefined : readFlowNode(cursor, least, depth, level);
    return name === undefined || node === undefined ? undefined : endAnchor(cursor, name, node, before);
  }
  return scanFlowToken(cursor, least) ? tokenNode(cursor) : undefined;
}

/** `{{ x }}` without quotes: a map that is the only key of a map for YAML, a text for us (decisions.md 25). */
function readPlaceholder(cursor: Cursor, least: number, depth: number, level: number): Node | undefined {
  const start = cursor.at;
  const known = cursor.diagnostics.length;
  cursor.at += 1;
  if (cursor.hidden) return undefined;
  cursor.hidden = true;
  const inner = readFlow(cursor, least, depth + 1, level + 1);
  cursor.hidden = false;
  if (inner?.kind !== 'map' || cursor.text.charCodeAt(cursor.at) !== unit.closeBrace) return undefined;
  cursor.at += 1;
  // What stands inside is not read as YAML, so it has no warnings.
  cursor.diagnostics.length = known;
  const text = cursor.text.slice(start, cursor.at);
  cursor.diagnostics.push(unquoted(text, spanAt(cursor, start, cursor.at)));
  return scalarAt(cursor, text, start, cursor.at);
}

/** Goes over blanks, comments and line breaks inside of a flow collection; false when content begins too far to the left. */
function skipFlowBlank(cursor: Cursor, least: number, level: number): boolean {
  skipSpaces(cursor);
  const text = cursor.text;
  let at = cursor.at;
  let code = text.charCodeAt(at);
  if (code > unit.hash) return true;
  let lineStart = -1;
  for (;;) {
    if (code === unit.hash) {
      // The package refuses some comments that stand at the very begin of a line here.
      if (text.charCodeAt(at - 1) !== unit.space) return false;
      at = behindComment(text, at);
      lineStart = at;
    } else {
      const behind = behindLineEnd(text, at);
      if (behind < 0) break;
      at = behind;
      lineStart = at;
    }
    if (at >= text.length) return false;
    code = text.charCodeAt(at);
    while (code === unit.space) {
      at += 1;
      code = text.charCodeAt(at);
    }
  }
  cursor.at = at;
  if (code < unit.space) return false;
  return lineStart < 0 || mayStandAt(at - lineStart, code, least, level);
}

function mayStandAt(column: number, code: number, least: number, level: number): boolean {
  // At the first column of a file a document marker could stand.
  if (column >= least) return column > 0 || isFlowIndicator(code);
  return level === 1 && column === least - 1 && (code === unit.closeBracket || code === unit.closeBrace);
}
