import type { MapEntry, Node } from '../tree.ts';
import { addMerged, beginAnchor, endAnchor, readAlias, withMerged } from './anchors.ts';
import { readBlockScalar } from './block-scalar.ts';
import { type Cursor, isEmptyAt, listAt, mapAt, scalarAt, skipSpaces, unit } from './cursor.ts';
import { addEntry, type KeyIndex } from './entries.ts';
import { readFlow } from './flow.ts';
import { closeCollection, finishLine, nextContent } from './gap.ts';
import { finishToken, scanToken } from './scalars.ts';

/** The package refuses a key that is far from its colon (at 1,024 units); what comes near is left to it. */
const nearLimit = 500;

/**
 * Reads the node that begins at the cursor, in the block collection at column `parent` (-1 for the document), with all of
 * its lines, and goes to the next content.
 */
export function readBlockNode(cursor: Cursor, parent: number, depth: number): Node | undefined {
  if (isItem(cursor)) return readList(cursor, cursor.at - cursor.lineStart, depth);
  return readLineNode(cursor, parent, depth, true);
}

/** A node that is no list of dashes. Behind a key on its line no map can begin, which is what `mayBeMap` says. */
function readLineNode(cursor: Cursor, parent: number, depth: number, mayBeMap: boolean): Node | undefined {
  if (depth > cursor.deepest) return undefined;
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === unit.openBrace || first === unit.openBracket) {
    const flow = readFlow(cursor, parent + 1, depth, 1);
    return flow !== undefined && endLine(cursor, parent) ? flow : undefined;
  }
  if (first === unit.pipe || first === unit.greater) return readBlockScalar(cursor, parent);
  if (first === unit.star) {
    const named = readAlias(cursor);
    return named !== undefined && endLine(cursor, parent) ? named : undefined;
  }
  if (!scanToken(cursor, parent + 1)) return undefined;
  if (!isKey(cursor)) return finishToken(cursor, parent);
  return mayBeMap ? readMap(cursor, cursor.tokenStart - cursor.lineStart, depth) : undefined;
}

/** The end of a line behind a node that cannot go on below, and the gap to the next content. */
function endLine(cursor: Cursor, parent: number): boolean {
  if (!finishLine(cursor)) return false;
  cursor.after = cursor.at;
  return nextContent(cursor, parent, true) && cursor.indent <= parent;
}

/** True when the scalar that was scanned is a key; the cursor is then behind its colon. */
function isKey(cursor: Cursor): boolean {
  if (cursor.tokenFolded) return false;
  skipSpaces(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== unit.colon || !isEmptyAt(cursor, cursor.at + 1)) return false;
  cursor.at += 1;
  return true;
}

function isItem(cursor: Cursor): boolean {
  return cursor.text.charCodeAt(cursor.at) === unit.dash && isEmptyAt(cursor, cursor.at + 1);
}

/** Reads a map whose first key was just scanned. */
function readMap(cursor: Cursor, column: number, depth: number): Node | undefined {
  const start = cursor.tokenStart;
  const entries: MapEntry[] = [];
  let index: KeyIndex;
  let merged: Map<string, MapEntry> | undefined;
  for (;;) {
    const { tokenText: key, tokenPlain: plain, tokenStart: keyStart, tokenEnd: keyEnd } = cursor;
    if (cursor.at - keyStart > nearLimit) return undefined;
    const value = readMapValue(cursor, column, depth + 1);
    if (value === undefined) return undefined;
    if (plain && key === '<<') {
      merged ??= new Map();
      if (!addMerged(merged, value)) return undefined;
    } else index = addEntry(cursor, entries, index, key, plain, keyStart, keyEnd, value);
    if (cursor.indent !== column) break;
    if (!scanToken(cursor, 0) || !isKey(cursor)) return undefined;
  }
  if (cursor.indent > column) return undefined;
  return mapAt(cursor, withMerged(merged, entries), start, closeCollection(cursor, column));
}

function readMapValue(cursor: Cursor, column: number, depth: number): Node | undefined {
  skipSpaces(cursor);
  if (cursor.text.charCodeAt(cursor.at) === unit.ampersand) return readAnchored(cursor, column, depth, true, false);
  if (!isLineDone(cursor)) return readLineNode(cursor, column, depth, false);
  return readBelow(cursor, column, depth, true, false);
}

/** Reads a value with an anchor before it. Behind an anchor on the same line no collection of several lines can begin. */
function readAnchored(
  cursor: Cursor,
  column: number,
  depth: number,
  inMap: boolean,
  commented: boolean,
): Node | undefined {
  const before = cursor.nodes;
  const name = beginAnchor(cursor);
  if (name === undefined) return undefined;
  const node = isLineDone(cursor)
    ? readBelow(cursor, column, depth, inMap, commented)
    : readLineNode(cursor, column, depth, false);
  return node && endAnchor(cursor, name, node, before);
}

function readList(cursor: Cursor, column: number, depth: number): Node | undefined {
  if (depth > cursor.deepest) return undefined;
  const start = cursor.at;
  const items: Node[] = [];
  do {
    // Comments above a dash are part of its item, so that they count for the end of an empty one.
    const above = items.length > 0 && cursor.greatestComment >= 0;
    cursor.at += 1;
    skipSpaces(cursor);
    const item = isLineDone(cursor)
      ? readBelow(cursor, column, depth + 1, false, above)
      : cursor.text.charCodeAt(cursor.at) === unit.ampersand
        ? readAnchored(cursor, column, depth + 1, false, above)
        : readBlockNode(cursor, column, depth + 1);
    if (item === undefined) return undefined;
    items.push(item);
  } while (cursor.indent === column && isItem(cursor));
  if (cursor.indent > column) return undefined;
  return listAt(cursor, items, start, closeCollection(cursor, column));
}

/** Whether a comment or the end of the line is at the cursor, so that a value can only stand below. */
function isLineDone(cursor: Cursor): boolean {
  return cursor.text.charCodeAt(cursor.at) === unit.hash || isEmptyAt(cursor, cursor.at);
}

/**
 * Reads the value that stands below its key or dash, or the empty value that stands at the cursor. `commented` says that
 * a comment above belongs to the value.
 */
function readBelow(
  cursor: Cursor,
  column: number,
  depth: number,
  inMap: boolean,
  commented: boolean,
): Node | undefined {
  const place = cursor.at;
  const comment = commented || cursor.text.charCodeAt(place) === unit.hash;
  if (!finishLine(cursor) || !nextContent(cursor, column, false)) return undefined;
  cursor.greatestComment = -1;
  if (cursor.indent > column) return readDeeper(cursor, column, depth);
  if (inMap && cursor.indent === column && isItem(cursor)) return readList(cursor, column, depth);
  if (depth > cursor.deepest || (cursor.indent >= 0 && cursor.at - place > nearLimit)) return undefined;
  cursor.after = comment || cursor.comments ? cursor.at : place;
  return scalarAt(cursor, null, place, place);
}

function readDeeper(cursor: Cursor, column: number, depth: number): Node | undefined {
  // After a comment that is not deeper than the key, the package looks at the indentation of scalars in another way.
  const odd = cursor.leastComment <= column;
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === unit.pipe || first === unit.greater || first === unit.star) return undefined;
  if (odd && (first === unit.openBrace || first === unit.openBracket)) return undefined;
  const node = readBlockNode(cursor, column, depth);
  return odd && node?.kind === 'scalar' ? undefined : node;
}
