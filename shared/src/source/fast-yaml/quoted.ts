import { behindLineEnd, type Cursor, unit } from './cursor.ts';

/**
 * Finds the quoted scalar at the cursor, whose further lines have to begin at column `least` or later (0: there may be
 * none). False when it has no end, or an escape that does not exist.
 */
export function scanQuoted(cursor: Cursor, quote: number, least: number): boolean {
  const text = cursor.text;
  const start = cursor.at;
  let at = start + 1;
  let special = false;
  let folded = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (quote === unit.doubleQuote || text.charCodeAt(at + 1) !== unit.singleQuote) break;
      special = true;
      at += 1;
    } else if (code === unit.backslash && quote === unit.doubleQuote) {
      special = true;
      // A line break is looked at below, also behind a backslash.
      if (text.charCodeAt(at + 1) >= unit.space) at += 1;
    } else if (code === unit.newline) {
      folded = true;
      if (least === 0 || !mayGoOn(text, at + 1, least)) return false;
    } else if (code < unit.space ? code !== unit.tab && code !== unit.return : at >= text.length) return false;
    at += 1;
  }
  cursor.tokenStart = start;
  cursor.tokenEnd = at + 1;
  cursor.tokenPlain = false;
  cursor.tokenFolded = folded;
  cursor.at = at + 1;
  const inside = text.slice(start + 1, at);
  if (quote === unit.singleQuote) {
    const unfolded = folded ? unfold(inside) : inside;
    cursor.tokenText = special ? unfolded.replaceAll("''", "'") : unfolded;
    return true;
  }
  const resolved = special || folded ? resolve(inside) : inside;
  if (resolved === undefined) return false;
  cursor.tokenText = resolved;
  return true;
}

/** Whether the line that begins at an offset is blank or indented enough to be part of a scalar. */
function mayGoOn(text: string, lineStart: number, least: number): boolean {
  let at = lineStart;
  while (text.charCodeAt(at) === unit.space) at += 1;
  return at - lineStart >= least || behindLineEnd(text, at) > at;
}

/** A line break is a blank, and so many blank lines are so many line breaks; blanks around line breaks do not count. */
function unfold(inside: string): string {
  const lines = inside.split(/\r?\n/);
  let result = trimEnd(lines[0] ?? '');
  let separator = ' ';
  for (let each = 1; each < lines.length - 1; each += 1) {
    const line = trimStart(trimEnd(lines[each] ?? ''));
    if (line !== '') {
      result += separator + line;
      separator = ' ';
    } else separator = separator === ' ' ? '\n' : `${separator}\n`;
  }
  return result + separator + trimStart(lines.at(-1) ?? '');
}

function isBlank(code: number): boolean {
  return code === unit.space || code === unit.tab;
}

function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && isBlank(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

function trimStart(line: string): string {
  let start = 0;
  while (isBlank(line.charCodeAt(start))) start += 1;
  return line.slice(start);
}

/** The escapes of double quotes (YAML 1.2, 5.7); those with digits follow below. */
const escapes = new Map<string, string>([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['e', '\x1b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
  [' ', ' '],
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  ['\t', '\t'],
]);
const lengths = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** The value of a text in double quotes: escapes resolved, lines folded. Undefined when an escape does not exist. */
function resolve(inside: string): string | undefined {
  let resolved = '';
  let from = 0;
  for (let at = 0; at < inside.length; at += 1) {
    const code = inside.charCodeAt(at);
    if (code === unit.newline) {
      const lineEnd = inside.charCodeAt(at - 1) === unit.return && at > from ? at - 1 : at;
      resolved += trimEnd(inside.slice(from, lineEnd));
      let breaks = 0;
      for (from = at + 1; from < inside.length; from += 1) {
        const next = inside.charCodeAt(from);
        if (next === unit.newline) breaks += 1;
        else if (!isBlank(next) && behindLineEnd(inside, from) < 0) break;
      }
      resolved += breaks === 0 ? ' ' : '\n'.repeat(breaks);
      at = from - 1;
    } else if (code === unit.backslash) {
      resolved += inside.slice(from, at);
      const lineEnd = behindLineEnd(inside, at + 1);
      if (lineEnd > at + 1) {
        from = lineEnd;
        while (isBlank(inside.charCodeAt(from))) from += 1;
      } else {
        const named = readEscape(inside, at + 1);
        if (named === undefined) return undefined;
        resolved += named.text;
        from = at + 1 + named.length;
      }
      at = from - 1;
    }
  }
  return resolved + inside.slice(from);
}

function readEscape(inside: string, at: number): { readonly text: string; readonly length: number } | undefined {
  const name = inside.charAt(at);
  const simple = escapes.get(name);
  if (simple !== undefined) return { text: simple, length: 1 };
  const length = lengths.get(name);
  if (length === undefined) return undefined;
  const digits = inside.slice(at + 1, at + 1 + length);
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const point = Number.parseInt(digits, 16);
  return point > 0x10ffff ? undefined : { text: String.fromCodePoint(point), length: length + 1 };
}
