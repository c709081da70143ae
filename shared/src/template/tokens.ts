import { Fault } from './fault.ts';

/** A word of an expression. */
export interface Token {
  readonly kind: 'name' | 'int' | 'float' | 'string' | 'operator' | 'end';
  /** The name, the operator, the digits, or the text of a string with its escapes resolved. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const unicodeName = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const prefixedNumber = /0(?:[xX](?:_?[0-9a-fA-F])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)/y;
const decimalNumber = /[0-9](?:_?[0-9])*(\.[0-9](?:_?[0-9])*)?([eE][-+]?[0-9](?:_?[0-9])*)?/y;
const wholeNumber = /[0-9](?:_?[0-9])*/y;

/** The token at a place, which holds no blank. Behind a `.` stands an index, so `a.0.1` has no float in it. */
export function lexToken(text: string, at: number, afterDot: boolean): Token | Fault {
  const code = text.charCodeAt(at);
  if (isNameStart(code)) return name(text, at);
  if (code === 34 || code === 39) return string(text, at, code === 34 ? '"' : "'");
  if (isDigit(code)) return number(text, at, afterDot);
  const operator = operatorAt(text, at, code);
  if (operator !== undefined) return { kind: 'operator', text: operator, at, end: at + operator.length };
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return new Fault('template/syntax', `The character "${character}" has no meaning in an expression.`, {
    at,
    end: at + character.length,
  });
}

/** ASCII letters and `_`; letters beyond are looked up by their class. */
function isNameStart(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
  return /^[\p{L}\p{Nl}]/u.test(String.fromCharCode(code)) || (code >= 0xd800 && code <= 0xdbff);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function name(text: string, at: number): Token | Fault {
  let end = at;
  let code = text.charCodeAt(end);
  while ((code < 128 && isNameStart(code)) || isDigit(code)) {
    end += 1;
    code = text.charCodeAt(end);
  }
  if (code >= 128) {
    unicodeName.lastIndex = at;
    if (unicodeName.test(text)) end = unicodeName.lastIndex;
  }
  if (end > at) return { kind: 'name', text: text.slice(at, end), at, end };
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return new Fault('template/syntax', `The character "${character}" has no meaning in an expression.`, {
    at,
    end: at + character.length,
  });
}

function number(text: string, at: number, afterDot: boolean): Token | Fault {
  const pattern = afterDot ? wholeNumber : text.charCodeAt(at) === 48 ? prefixedNumber : decimalNumber;
  pattern.lastIndex = at;
  let match = pattern.exec(text);
  let end = pattern.lastIndex;
  if (match === null) {
    decimalNumber.lastIndex = at;
    match = decimalNumber.exec(text);
    end = decimalNumber.lastIndex;
  }
  const digits = (match?.[0] ?? '0').replaceAll('_', '');
  const isFloat = match?.[1] !== undefined || match?.[2] !== undefined;
  if (!isFloat && !afterDot && /^0+[1-9]/.test(digits))
    return new Fault(
      'template/syntax',
      'A whole number does not begin with 0.',
      { at, end },
      `Write ${digits.replace(/^0+/, '')}, or 0o${digits} for base 8.`,
    );
  return { kind: isFloat ? 'float' : 'int', text: digits, at, end };
}

const pairs = new Set(['**', '//', '==', '!=', '<=', '>=']);
const singles = new Set('+-*/%~<>=()[]{},:.|'.split(''));

function operatorAt(text: string, at: number, code: number): string | undefined {
  const next = text.charCodeAt(at + 1);
  // Only `=`, `*` and `/` come second in an operator of two characters.
  if (next === 61 || next === 42 || next === 47) {
    const two = text.slice(at, at + 2);
    if (pairs.has(two)) return two;
  }
  const one = String.fromCharCode(code);
  return singles.has(one) ? one : undefined;
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['a', '\x07'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['\n', ''],
]);

const escapes =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|([0-7]{1,3})|([\s\S]))/g;

function string(text: string, at: number, quote: string): Token | Fault {
  const quoteCode = quote.charCodeAt(0);
  let end = at + 1;
  let hasEscapes = false;
  for (; ; end += 1) {
    if (end >= text.length)
      return new Fault(
        'template/syntax',
        `The text that begins with ${quote} is not closed.`,
        { at, end: at + 1 },
        `Close it with ${quote}.`,
      );
    const code = text.charCodeAt(end);
    if (code === quoteCode) break;
    if (code === 92) {
      hasEscapes = true;
      end += 1;
    }
  }
  const raw = text.slice(at + 1, end);
  const value = hasEscapes ? unescaped(raw, at + 1) : raw;
  return value instanceof Fault ? value : { kind: 'string', text: value, at, end: end + 1 };
}

/** Resolves escapes as Python does; one that Python does not know stays as it is written. */
function unescaped(raw: string, start: number): string | Fault {
  let fault: Fault | undefined;
  const value = raw.replace(escapes, (...match: readonly (string | number | undefined)[]) => {
    const [whole, two, four, eight, octal, one, offset] = match;
    const hex = two ?? four ?? eight;
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16));
    if (typeof octal === 'string') return String.fromCodePoint(Number.parseInt(octal, 8));
    const at = start + Number(offset ?? 0);
    if (one === 'x' || one === 'u' || one === 'U' || one === 'N')
      fault ??= new Fault(
        'template/syntax',
        `The escape "\\${one}" is not complete.`,
        { at, end: at + 2 },
        'Write \\x and 2, \\u and 4, or \\U and 8 hex digits.',
      );
    return simpleEscapes.get(String(one)) ?? String(whole);
  });
  if (fault === undefined && !value.isWellFormed())
    fault = new Fault(
      'template/syntax',
      'An escape gives half of a character.',
      { at: start, end: start + raw.length },
      'Write \\U and 8 hex digits for it.',
    );
  return fault ?? value;
}
