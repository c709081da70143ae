import { type Cursor, unit } from './cursor.ts';

/** Finds the quoted scalar at the cursor; false when it has several lines, no end, or an escape that does not exist. */
export function scanQuoted(cursor: Cursor, quote: number): boolean {
  const text = cursor.text;
  const start = cursor.at;
  let at = start + 1;
  let special = false;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (quote === unit.doubleQuote || text.charCodeAt(at + 1) !== unit.singleQuote) break;
      special = true;
      at += 1;
    } else if (code === unit.backslash) {
      if (quote === unit.doubleQuote) {
        special = true;
        at += 1;
        // An escaped line break joins two lines.
        if (text.charCodeAt(at) < unit.space && text.charCodeAt(at) !== unit.tab) return false;
      }
    } else if ((code < unit.space && code !== unit.tab) || at >= text.length) return false;
    at += 1;
  }
  cursor.tokenStart = start;
  cursor.tokenEnd = at + 1;
  cursor.tokenPlain = false;
  cursor.at = at + 1;
  const inside = text.slice(start + 1, at);
  if (!special) cursor.tokenText = inside;
  else if (quote === unit.singleQuote) cursor.tokenText = inside.replaceAll("''", "'");
  else {
    const resolved = resolveEscapes(inside);
    if (resolved === undefined) return false;
    cursor.tokenText = resolved;
  }
  return true;
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

function resolveEscapes(inside: string): string | undefined {
  let resolved = '';
  let from = 0;
  for (let at = inside.indexOf('\\'); at >= 0; at = inside.indexOf('\\', from)) {
    resolved += inside.slice(from, at);
    const name = inside.charAt(at + 1);
    const simple = escapes.get(name);
    if (simple !== undefined) {
      resolved += simple;
      from = at + 2;
      continue;
    }
    const length = lengths.get(name);
    if (length === undefined) return undefined;
    const digits = inside.slice(at + 2, at + 2 + length);
    if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const point = Number.parseInt(digits, 16);
    if (point > 0x10ffff) return undefined;
    resolved += String.fromCodePoint(point);
    from = at + 2 + length;
  }
  return resolved + inside.slice(from);
}
