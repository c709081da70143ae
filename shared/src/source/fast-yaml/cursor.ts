import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceLimits } from '../limits.ts';
import type { SourceFile, Span } from '../span.ts';
import type { MapEntry, Node, Scalar } from '../tree.ts';

/** Where the fast reader stands in a text, and what it knows about the place. */
export interface Cursor {
  readonly file: SourceFile;
  readonly text: string;
  /** The greatest depth of a node that is read here; deeper ones are left to the slow reader, which explains them. */
  readonly deepest: number;
  readonly diagnostics: Diagnostic[];
  /** Null while the anchored node is still being read. */
  readonly anchors: Map<string, { readonly node: Node; readonly size: number } | null>;
  /** Nodes so far, at least as many as the slow reader counts, and how many there may be where aliases stand. */
  nodes: number;
  readonly mostNodes: number;
  /** True inside of an unquoted placeholder, whose content is no YAML. */
  hidden: boolean;
  at: number;
  /** Where the line of `at` begins; right as long as a node begins on it. */
  lineStart: number;
  /** The column of the content that `nextContent` found, or -1 at the end of the file. */
  indent: number;
  /** Where the node that was read last ends when its comments and its line break count; collections end with it. */
  after: number;
  /** Blank lines, and whether there are comment lines, in the gap that `nextContent` went over. */
  blanks: number;
  comments: boolean;
  /** The least column of a comment line in that gap; `Infinity` without one. */
  leastComment: number;
  /** The greatest column of a comment line that belongs to no node yet; -1 without one. */
  greatestComment: number;
  /** The scalar that `scanToken` found: its place, its text, whether it has no quotes, and whether it has several lines. */
  tokenStart: number;
  tokenEnd: number;
  tokenText: string;
  tokenPlain: boolean;
  tokenFolded: boolean;
}

export const unit = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  doubleQuote: 0x22,
  hash: 0x23,
  ampersand: 0x26,
  singleQuote: 0x27,
  star: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  dash: 0x2d,
  dot: 0x2e,
  colon: 0x3a,
  greater: 0x3e,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  pipe: 0x7c,
  closeBrace: 0x7d,
} as const;

/** How near to the limit of depth the fast reader goes; what is nearer is left to the slow reader. */
const depthMargin = 3;

/** A cursor at the begin of a file. */
export function cursorOf(file: SourceFile, limits: SourceLimits): Cursor {
  return {
    file,
    text: file.text,
    deepest: limits.depth - depthMargin,
    diagnostics: [],
    anchors: new Map(),
    nodes: 0,
    mostNodes: limits.nodes,
    hidden: false,
    at: 0,
    lineStart: 0,
    indent: 0,
    after: 0,
    blanks: 0,
    comments: false,
    leastComment: Number.POSITIVE_INFINITY,
    greatestComment: -1,
    tokenStart: 0,
    tokenEnd: 0,
    tokenText: '',
    tokenPlain: true,
    tokenFolded: false,
  };
}

export function spanAt(cursor: Cursor, start: number, end: number): Span {
  return { source: cursor.file, start, end };
}

/** All scalars are made here, so that they have one shape in memory. */
export function scalarAt(cursor: Cursor, value: Scalar, start: number, end: number): Node {
  cursor.nodes += 1;
  return { kind: 'scalar', value, span: { source: cursor.file, start, end } };
}

export function listAt(cursor: Cursor, items: readonly Node[], start: number, end: number): Node {
  cursor.nodes += 1;
  return { kind: 'list', items, span: { source: cursor.file, start, end } };
}

export function mapAt(cursor: Cursor, entries: readonly MapEntry[], start: number, end: number): Node {
  cursor.nodes += 1;
  return { kind: 'map', entries, span: { source: cursor.file, start, end } };
}

/** True when a blank, the end of the line or the end of the file is at an offset, so that an indicator before it counts. */
export function isEmptyAt(cursor: Cursor, at: number): boolean {
  const next = cursor.text.charCodeAt(at);
  return next === unit.space || next === unit.newline || next === unit.return || Number.isNaN(next);
}

export function skipSpaces(cursor: Cursor): void {
  let at = cursor.at;
  while (cursor.text.charCodeAt(at) === unit.space) at += 1;
  cursor.at = at;
}

/** Behind the line break that is at an offset, or the offset itself at the end of the file; -1 when neither is there. */
export function behindLineEnd(text: string, at: number): number {
  const found = text.charCodeAt(at);
  if (found === unit.newline) return at + 1;
  if (found === unit.return) return text.charCodeAt(at + 1) === unit.newline ? at + 2 : -1;
  return at >= text.length ? at : -1;
}

/** Behind the line break that ends a comment, or the end of the file. */
export function behindComment(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}
