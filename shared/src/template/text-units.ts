/** Python counts characters where JavaScript counts UTF-16 units; these count as Python does. */

const pair = /[\ud800-\udfff]/;

/** The number of characters. */
export function lengthOf(text: string): number {
  if (!pair.test(text)) return text.length;
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** The characters from one to before another, as `text.slice` has it for units. */
export function cutText(text: string, start: number, end?: number): string {
  return pair.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end);
}

/** Order by characters: negative, zero or positive. Units order the same way unless there are pairs. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  if (!pair.test(left) && !pair.test(right)) return left < right ? -1 : 1;
  let at = 0;
  while (left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  // In the middle of a pair the first halves are equal, so the second halves decide as well.
  return (left.codePointAt(at) ?? -1) < (right.codePointAt(at) ?? -1) ? -1 : 1;
}

/** What Python takes for a blank when it strips and splits. */
const blank = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const blanks = new RegExp(`[${blank}]+`);
/** Finds the first blank. */
export const firstBlank = new RegExp(`[${blank}]`);

function isBlank(code: number): boolean {
  if (code <= 32) return (code >= 9 && code <= 13) || code >= 28;
  return code >= 0x85 && wideBlanks.has(code);
}

const wideBlanks = new Set([0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000]);
for (let code = 0x2000; code <= 0x200a; code += 1) wideBlanks.add(code);

/** Removes blanks, or the given characters, from both ends. */
export function strip(text: string, characters?: string): string {
  const isUnwanted = characters === undefined ? isBlank : oneOf(characters);
  let start = 0;
  let end = text.length;
  while (start < end && isUnwanted(text.charCodeAt(start))) start += 1;
  while (end > start && isUnwanted(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function oneOf(characters: string): (code: number) => boolean {
  const codes = new Set<number>();
  for (let at = 0; at < characters.length; at += 1) codes.add(characters.charCodeAt(at));
  return (code) => codes.has(code);
}

/** The words between blanks. */
export function wordsOf(text: string): readonly string[] {
  const inner = strip(text);
  return inner === '' ? [] : inner.split(blanks);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends a line at some of them.
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** The lines of a text as Python cuts them: a break at the very end begins no new line. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(lineEnd);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
