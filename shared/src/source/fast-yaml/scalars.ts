import { readPlainScalar } from '../plain-scalar.ts';
import type { Node } from '../tree.ts';
import { oldReading } from '../yaml-warnings.ts';
import { type Cursor, isEmptyAt, scalarAt, spanAt, unit } from './cursor.ts';
import { finishLine, nextContent } from './gap.ts';
import { scanQuoted } from './quoted.ts';

/** What a unit means at the begin of a plain scalar, and inside one in a flow collection. */
const notFirst = 1;
const flowIndicator = 2;
const classes = new Uint8Array(128);
for (const each of '?:,[]{}#&*!|>\'"%@`\t') classes[each.charCodeAt(0)] = notFirst;
for (const each of ',[]{}') classes[each.charCodeAt(0)] = notFirst | flowIndicator;
for (let control = 0; control <= unit.space; control += 1) classes[control] = notFirst;

export function isFlowIndicator(code: number): boolean {
  return code < 128 && ((classes[code] ?? 0) & flowIndicator) !== 0;
}

/**
 * Finds the quoted or plain scalar at the cursor, in a block; false when the slow reader has to look at it. Further lines
 * of a quoted one have to begin at column `least` or later; 0 means that there may be none.
 */
export function scanToken(cursor: Cursor, least: number): boolean {
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === unit.doubleQuote || first === unit.singleQuote) return scanQuoted(cursor, first, least);
  if (!mayBegin(cursor, first) || (first === unit.dash && isEmptyAt(cursor, cursor.at + 1))) return false;
  return scanPlain(cursor);
}

/** Like `scanToken`, inside of a flow collection. */
export function scanFlowToken(cursor: Cursor, least: number): boolean {
  const first = cursor.text.charCodeAt(cursor.at);
  if (first === unit.doubleQuote || first === unit.singleQuote) return scanQuoted(cursor, first, least);
  if (!mayBegin(cursor, first)) return false;
  if (first === unit.dash) {
    const next = cursor.at + 1;
    if (isEmptyAt(cursor, next) || isFlowIndicator(cursor.text.charCodeAt(next))) return false;
  }
  return scanFlowPlain(cursor);
}

function mayBegin(cursor: Cursor, first: number): boolean {
  if (first < 128) return ((classes[first] ?? 0) & notFirst) === 0;
  return cursor.at < cursor.text.length && first !== 0xfeff;
}

/** A plain scalar ends at `: `, at ` #` and at the end of the line; there the cursor stops. */
function scanPlain(cursor: Cursor): boolean {
  const text = cursor.text;
  const start = cursor.at;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code <= unit.colon) {
      if (code === unit.colon) {
        if (isEmptyAt(cursor, at + 1)) break;
      } else if (code === unit.hash) {
        if (text.charCodeAt(at - 1) === unit.space) break;
      } else if (code < unit.space) {
        if (code === unit.newline || (code === unit.return && text.charCodeAt(at + 1) === unit.newline)) break;
        return false;
      }
    } else if (at >= text.length) break;
    at += 1;
  }
  setPlain(cursor, start, at);
  return true;
}

/** Like `scanPlain`; flow indicators end the scalar too. */
function scanFlowPlain(cursor: Cursor): boolean {
  const text = cursor.text;
  const start = cursor.at;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === unit.colon) {
      if (isEmptyAt(cursor, at + 1) || isFlowIndicator(text.charCodeAt(at + 1))) break;
    } else if (code === unit.hash) {
      if (text.charCodeAt(at - 1) === unit.space) break;
    } else if (code < unit.space) {
      if (code === unit.newline || (code === unit.return && text.charCodeAt(at + 1) === unit.newline)) break;
      return false;
    } else if (isFlowIndicator(code) || at >= text.length) break;
    at += 1;
  }
  setPlain(cursor, start, at);
  return true;
}

function setPlain(cursor: Cursor, start: number, stop: number): void {
  let end = stop;
  while (cursor.text.charCodeAt(end - 1) === unit.space) end -= 1;
  cursor.tokenStart = start;
  cursor.tokenEnd = end;
  cursor.tokenText = cursor.text.slice(start, end);
  cursor.tokenPlain = true;
  cursor.tokenFolded = false;
  cursor.at = stop;
}

/** The node of the scalar that was scanned; undefined for infinity and not-a-number, which are errors. */
export function tokenNode(cursor: Cursor): Node | undefined {
  return cursor.tokenPlain
    ? plainNode(cursor, cursor.tokenText, cursor.tokenStart, cursor.tokenEnd)
    : scalarAt(cursor, cursor.tokenText, cursor.tokenStart, cursor.tokenEnd);
}

function plainNode(cursor: Cursor, text: string, start: number, end: number): Node | undefined {
  const plain = readPlainScalar(text);
  if (plain.differs !== undefined) cursor.diagnostics.push(oldReading(text, plain, spanAt(cursor, start, end)));
  if (typeof plain.value === 'number' && !Number.isFinite(plain.value)) return undefined;
  return scalarAt(cursor, plain.value, start, end);
}

/** Ends the scalar that was scanned as a value in the block collection at column `parent`, and goes to the next content. */
export function finishToken(cursor: Cursor, parent: number): Node | undefined {
  const plain = cursor.tokenPlain;
  const stop = cursor.text.charCodeAt(cursor.at);
  // A plain scalar goes on in the next line unless a comment ends it.
  const mayGoOn = plain && stop !== unit.hash;
  if (!finishLine(cursor)) return undefined;
  cursor.after = cursor.at;
  const { tokenStart, tokenEnd, tokenText } = cursor;
  if (!nextContent(cursor, parent, true)) return undefined;
  if (cursor.indent <= parent) {
    return plain
      ? plainNode(cursor, tokenText, tokenStart, tokenEnd)
      : scalarAt(cursor, tokenText, tokenStart, tokenEnd);
  }
  return mayGoOn && !cursor.comments ? foldPlain(cursor, parent, tokenText, tokenStart) : undefined;
}

/** The rest of a plain scalar of several lines: a line break is a blank, and so many blank lines are so many line breaks. */
function foldPlain(cursor: Cursor, parent: number, first: string, start: number): Node | undefined {
  let text = first;
  let end = start;
  let goesOn = true;
  while (goesOn) {
    const sep = cursor.blanks === 0 ? ' ' : '\n'.repeat(cursor.blanks);
    if (!scanPlain(cursor)) return undefined;
    const stop = cursor.text.charCodeAt(cursor.at);
    if (stop === unit.colon) return undefined;
    text += sep + cursor.tokenText;
    end = cursor.tokenEnd;
    if (!finishLine(cursor)) return undefined;
    cursor.after = cursor.at;
    if (!nextContent(cursor, parent, true)) return undefined;
    goesOn = cursor.indent > parent;
    if (goesOn && (stop === unit.hash || cursor.comments)) return undefined;
  }
  return plainNode(cursor, text, start, end);
}
