import type { Node } from '../tree.ts';
import { behindLineEnd, type Cursor, scalarAt, unit } from './cursor.ts';
import { finishLine, nextContent } from './gap.ts';

/**
 * Reads the block scalar (`|` or `>`, perhaps with `-` or `+`) at the cursor, in the collection at column `parent`, and
 * goes to the next content. Gives undefined for what is rare: indentation indicators, no content.
 */
export function readBlockScalar(cursor: Cursor, parent: number): Node | undefined {
  const text = cursor.text;
  const start = cursor.at;
  const folded = text.charCodeAt(start) === unit.greater;
  const chomp = text.charCodeAt(start + 1);
  const keep = chomp === unit.plus;
  const strip = chomp === unit.dash;
  cursor.at += keep || strip ? 2 : 1;
  if (!finishLine(cursor)) return undefined;
  const lines = readLines(text, cursor.at, parent);
  if (lines === undefined || (keep && lines.cutOff)) return undefined;
  const parts = folded ? fold(lines) : literal(lines);
  // Blank lines at the end belong to the scalar only when they are kept.
  const stop = keep ? lines.end : lines.contentEnd;
  if (keep) parts.push('\n'.repeat(Math.max(1, lines.blanks + (lines.closed ? 1 : 0))));
  else if (!strip) parts.push('\n');
  cursor.at = stop;
  cursor.after = stop;
  if (!nextContent(cursor, parent, false) || cursor.indent > parent) return undefined;
  return scalarAt(cursor, parts.join(''), start, stop);
}

interface Lines {
  /** Blank lines before the first content. */
  leading: number;
  /** Without their indentation and line breaks; blank lines between and none at the end. */
  readonly content: string[];
  /** Behind the last line with content. */
  contentEnd: number;
  /** Whether that line has a line break, and how many blank lines follow it. */
  closed: boolean;
  blanks: number;
  /** The begin of the first line that is not part of the scalar, or the end of the file. */
  end: number;
  /** The file ends with blanks and no line break. */
  cutOff: boolean;
}

/** The lines that are indented at least as the first one with content is; undefined when that is no content, or odd. */
function readLines(text: string, from: number, parent: number): Lines | undefined {
  const lines: Lines = {
    leading: 0,
    content: [],
    contentEnd: from,
    closed: false,
    blanks: 0,
    end: from,
    cutOff: false,
  };
  let indent = -1;
  let mostLeading = 0;
  for (let lineStart = from; lineStart < text.length; lineStart = lines.end) {
    let at = lineStart;
    while (text.charCodeAt(at) === unit.space) at += 1;
    const spaces = at - lineStart;
    if (at >= text.length && (indent < 0 || spaces <= indent)) {
      lines.cutOff = true;
      break;
    }
    const blank = behindLineEnd(text, at) >= 0;
    if (indent < 0 && !blank) {
      // A blank line before the content that is deeper than it is an error.
      if (spaces <= parent || spaces < mostLeading) return undefined;
      indent = spaces;
    }
    if (!blank && spaces < indent) {
      if (text.charCodeAt(at) === unit.tab) return undefined;
      break;
    }
    const newline = text.indexOf('\n', at);
    const lineEnd = endOfText(text, newline);
    if (lineEnd < 0) return undefined;
    lines.end = newline < 0 ? text.length : newline + 1;
    if (blank && (indent < 0 || spaces <= indent)) {
      lines.blanks += 1;
      if (indent < 0 && spaces > mostLeading) mostLeading = spaces;
      continue;
    }
    if (lines.content.length === 0) lines.leading = lines.blanks;
    else for (let each = 0; each < lines.blanks; each += 1) lines.content.push('');
    lines.blanks = 0;
    lines.content.push(text.slice(lineStart + indent, lineEnd));
    lines.contentEnd = lines.end;
    lines.closed = newline >= 0;
  }
  return indent < 0 ? undefined : lines;
}

/** Where the text of a line ends that has its line break at an offset, or none; -1 when half a line break ends the file. */
function endOfText(text: string, newline: number): number {
  const end = newline < 0 ? text.length : newline;
  if (text.charCodeAt(end - 1) !== unit.return) return end;
  return newline < 0 ? -1 : end - 1;
}

function literal(lines: Lines): string[] {
  const parts = lines.leading > 0 ? ['\n'.repeat(lines.leading)] : [];
  parts.push(lines.content.join('\n'));
  return parts;
}

/** A line break between two lines is a blank; around blank or deeper lines it stays (YAML 1.2, 8.1.3). */
function fold(lines: Lines): string[] {
  const parts = ['\n'.repeat(lines.leading)];
  let separator = '';
  let deeper = false;
  for (const line of lines.content) {
    const first = line.charCodeAt(0);
    if (first === unit.space || first === unit.tab) {
      if (separator === ' ') separator = '\n';
      else if (!deeper && separator === '\n') separator = '\n\n';
      parts.push(separator, line);
      separator = '\n';
      deeper = true;
    } else if (line === '') {
      if (separator === '\n') parts.push('\n');
      else separator = '\n';
    } else {
      parts.push(separator, line);
      separator = ' ';
      deeper = false;
    }
  }
  return parts;
}
