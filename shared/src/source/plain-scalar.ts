import { sourceLimits } from './limits.ts';
import type { Scalar } from './tree.ts';

/** What an unquoted YAML scalar means, and why YAML 1.2 would read it differently (undefined when it would not). */
export interface PlainScalar {
  readonly value: Scalar;
  readonly differs?: string;
}

const booleans = new Map<string, boolean>(
  ['yes', 'true', 'on']
    .flatMap((word) => spellings(word).map((each): [string, boolean] => [each, true]))
    .concat(['no', 'false', 'off'].flatMap((word) => spellings(word).map((each): [string, boolean] => [each, false]))),
);
const nulls = new Set(['', '~', 'null', 'Null', 'NULL']);
const maybeNumber = /^[-+.0-9]/;
const decimal = /^[-+]?(?:0|[1-9][0-9]*)$/;
const integer = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$/;
const sexagesimalInteger = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const float = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
const sexagesimalFloat = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/;
const notFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const float12 = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/;
const date = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const timestamp =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?$/;

/**
 * Reads an unquoted scalar with the meaning of YAML 1.1 as PyYAML has it (compiler.md 2.1): `yes` is true, `012` is 10,
 * `1:30` is 90, but `1e3` is text since a YAML 1.1 exponent needs a dot and a sign. Dates become their ISO text.
 */
export function readPlainScalar(text: string): PlainScalar {
  const first = text.charCodeAt(0);
  if (isWordStart(first) && (text.length > longestWord || !isSpecialStart(first))) return { value: text };
  if (text.length <= exactDigits && isShortInteger(text)) return { value: BigInt(Number(text)) };
  if (nulls.has(text)) return { value: null };
  const word = booleans.get(text);
  if (word !== undefined) {
    return text.length > 3 && text[0] !== 'o' && text[0] !== 'O'
      ? { value: word }
      : { value: word, differs: `the boolean ${word}` };
  }
  if (!maybeNumber.test(text) || text.length > sourceLimits.digits) return { value: text };
  return readNumber(text);
}

/** `false`; a longer text that begins with a letter means itself. */
const longestWord = 5;
/** So many digits are exact in a float. */
const exactDigits = 15;

function isWordStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** Whether a null or a boolean can begin with a letter: f, n, o, t, y. */
function isSpecialStart(code: number): boolean {
  const small = code | 0x20;
  return small === 0x66 || small === 0x6e || small === 0x6f || small === 0x74 || small === 0x79;
}

/** Digits that do not begin with a zero, or zero alone. */
function isShortInteger(text: string): boolean {
  if (text.charCodeAt(0) === 0x30) return text.length === 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text.length > 0;
}

function readNumber(text: string): PlainScalar {
  if (decimal.test(text)) return { value: BigInt(text.replace('+', '')) };
  if (integer.test(text)) return readInteger(text);
  if (float.test(text))
    return { value: Number(text.replaceAll('_', '')), ...(text.includes('_') ? { differs: 'a number' } : {}) };
  if (sexagesimalInteger.test(text)) {
    const value = sixties(
      text,
      (part) => BigInt(part),
      60n,
      (sum, base, part) => sum * base + part,
    );
    return {
      value: text.startsWith('-') ? -value : value,
      differs: `the number ${text.startsWith('-') ? -value : value} (base 60)`,
    };
  }
  if (sexagesimalFloat.test(text)) {
    const value = sixties(text, Number, 60, (sum, base, part) => sum * base + part);
    return { value: text.startsWith('-') ? -value : value, differs: 'a number in base 60' };
  }
  if (notFinite.test(text))
    return {
      value: text.includes('n') && !/inf/i.test(text) ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity,
    };
  if (date.test(text)) return { value: text, differs: 'a date, read as its text' };
  const moment = timestamp.exec(text);
  if (moment !== null) return { value: isoText(moment), differs: 'a time, read as its ISO text' };
  if (float12.test(text)) return { value: text, differs: 'text, not a number' };
  return { value: text };
}

function readInteger(text: string): PlainScalar {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  if (digits === '' || digits === '0x' || digits === '0b') return { value: text };
  const octal = digits.length > 1 && /^0[0-7]/.test(digits);
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const value = negative ? -size : size;
  return digits.startsWith('0x') && !text.includes('_') ? { value } : { value, differs: `the number ${value}` };
}

function sixties<N>(text: string, read: (part: string) => N, base: N, add: (sum: N, base: N, part: N) => N): N {
  const [first = '0', ...rest] = text.replace(/^[-+]/, '').replaceAll('_', '').split(':');
  return rest.reduce((sum, part) => add(sum, base, read(part)), read(first));
}

function isoText([, year, month, day, hour, minute, second, fraction, zone]: RegExpExecArray): string {
  const two = (part: string | undefined): string => (part ?? '0').padStart(2, '0');
  const base = `${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}`;
  const parts = fraction === undefined || /^0*$/.test(fraction) ? '' : `.${fraction.slice(0, 6).padEnd(6, '0')}`;
  if (zone === undefined) return base + parts;
  if (zone === 'Z') return `${base}${parts}+00:00`;
  const [hours = '0', minutes] = zone.slice(1).includes(':')
    ? zone.slice(1).split(':')
    : [zone.slice(1, 3), zone.slice(3)];
  return `${base}${parts}${zone[0]}${two(hours)}:${two(minutes === '' ? '0' : minutes)}`;
}

function spellings(word: string): readonly string[] {
  return [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];
}
