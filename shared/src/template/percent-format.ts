import { pythonRepr } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { type Budget, bounded, checkLength, checkWeight, printed, spend } from './budget.ts';
import { fixedText, roundFloat } from './exact.ts';
import { Fault, type Offsets } from './fault.ts';
import { kindOf, numeric } from './kinds.ts';
import { cutText, lengthOf } from './text-units.ts';

const directive = /%(?:\(([^)]{0,1000})\))?([-+ 0#]{0,8})([0-9]{0,9})(?:\.([0-9]{0,9}))?([\s\S]?)/g;

interface Place {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

/**
 * Text with printf places filled, as Python's `%` does it: s r d i u f e g x o c and `%%`, with width, precision and flags.
 * `values` are taken one by one; `whole` is what names in brackets are looked up in, and what need not be used up.
 */
export function percentFormat(
  budget: Budget,
  format: string,
  values: readonly Value[],
  whole: Value,
  place: Offsets,
): string | Fault {
  const pieces: string[] = [];
  let next = 0;
  let from = 0;
  let length = format.length;
  for (const match of format.matchAll(directive)) {
    const [, key, flags = '', widthText = '', precisionText, letter = ''] = match;
    pieces.push(format.slice(from, match.index));
    from = match.index + match[0].length;
    if (letter === '%') {
      pieces.push('%');
      continue;
    }
    const value = key === undefined ? values[next++] : named(whole, key);
    const precision = precisionText === undefined ? undefined : Number(precisionText);
    const text =
      value === undefined
        ? missing(key, place)
        : formatOne(budget, { flags, width: Number(widthText), precision, letter }, value, place);
    if (text instanceof Fault) return text;
    length += text.length;
    const refused = checkLength(length, place) ?? spend(budget, 2 + (text.length >> 6), place);
    if (refused !== undefined) return refused;
    pieces.push(text);
  }
  if (next < values.length && (whole === null || typeof whole !== 'object'))
    return new Fault('template/wrong-type', 'The format has fewer places than values are given.', place);
  pieces.push(format.slice(from));
  return bounded(budget, pieces.join(''), place);
}

function named(whole: Value, key: string): Value | undefined {
  return whole !== null && isMap(whole) ? whole.get(key) : undefined;
}

function missing(key: string | undefined, place: Offsets): Fault {
  return new Fault(
    'template/wrong-type',
    key === undefined
      ? 'The format asks for more values than are given.'
      : `The format asks for "${key}", which is not given.`,
    place,
  );
}

function formatOne(budget: Budget, spec: Place, value: Value, place: Offsets): string | Fault {
  if (spec.letter === 's' || spec.letter === 'r' || spec.letter === 'a') {
    const refused = spec.letter === 's' || typeof value === 'string' ? undefined : checkWeight(budget, value, place);
    const text = refused ?? (spec.letter === 's' ? printed(budget, value, place) : pythonRepr(value));
    if (text instanceof Fault) return text;
    return padded(spec.precision === undefined ? text : cutText(text, 0, spec.precision), spec, place, ' ');
  }
  if (spec.letter === 'c') {
    const character = characterOf(value);
    return character === undefined
      ? new Fault('template/wrong-type', '"%c" formats one character or its number.', place)
      : padded(character, spec, place, ' ');
  }
  const number = numeric(value);
  if (number === undefined || isList(value))
    return new Fault('template/wrong-type', `"%${spec.letter}" formats a number, not ${kindOf(value)}.`, place);
  if ((spec.precision ?? 0) > 300)
    return new Fault('template/too-much-work', 'A format has at most 300 digits.', place);
  const cost = spend(budget, 20, place);
  if (cost !== undefined) return cost;
  const body = formatNumber(spec, number);
  if (body === undefined)
    return new Fault('template/wrong-type', `There is no format "%${spec.letter}" for this number.`, place);
  const sign = body.startsWith('-') ? '' : spec.flags.includes('+') ? '+' : spec.flags.includes(' ') ? ' ' : '';
  return padded(sign + body, spec, place, spec.flags.includes('0') ? '0' : ' ');
}

function characterOf(value: Value): string | undefined {
  if (typeof value === 'string') return lengthOf(value) === 1 ? value : undefined;
  if (typeof value !== 'bigint' || value < 0n || value > 0x10ffffn) return undefined;
  const character = String.fromCodePoint(Number(value));
  return character.isWellFormed() ? character : undefined;
}

function padded(body: string, spec: Place, place: Offsets, filler: ' ' | '0'): string | Fault {
  const lacking = spec.width - lengthOf(body);
  if (lacking <= 0) return body;
  const refused = checkLength(spec.width, place);
  if (refused !== undefined) return refused;
  if (spec.flags.includes('-')) return body + ' '.repeat(lacking);
  if (filler === ' ') return ' '.repeat(lacking) + body;
  const head = /^[-+ ]?(?:0[xXo])?/.exec(body)?.[0] ?? '';
  return head + '0'.repeat(lacking) + body.slice(head.length);
}

function formatNumber(spec: Place, value: bigint | number): string | undefined {
  const { letter, precision, flags } = spec;
  switch (letter) {
    case 'd':
    case 'i':
    case 'u':
      return digits((typeof value === 'bigint' ? value : BigInt(Math.trunc(value))).toString(), '', precision);
    case 'x':
    case 'X':
    case 'o': {
      if (typeof value !== 'bigint') return undefined;
      const text = value.toString(letter === 'o' ? 8 : 16);
      const prefix = flags.includes('#') ? `0${letter}` : '';
      return digits(letter === 'X' ? text.toUpperCase() : text, prefix, precision);
    }
    case 'f':
    case 'F':
      return fixedText(Number(value), precision ?? 6);
    case 'e':
    case 'E':
      return cased(letter, exponentText(Number(value), Math.min(precision ?? 6, 100)));
    case 'g':
    case 'G':
      return cased(letter, generalText(Number(value), Math.min(Math.max(1, precision ?? 6), 100)));
    default:
      return undefined;
  }
}

function cased(letter: string, text: string): string {
  return letter < 'a' ? text.toUpperCase() : text;
}

/** Digits with zeros in front up to the precision, the sign and the prefix before them. */
function digits(text: string, prefix: string, precision: number | undefined): string {
  const sign = text.startsWith('-') ? '-' : '';
  return sign + prefix + text.slice(sign.length).padStart(precision ?? 0, '0');
}

function exponentOf(value: number): number {
  return value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
}

function exponentText(value: number, precision: number): string {
  // Rounded first, since JavaScript rounds a middle up and Python to the even digit.
  const rounded = roundFloat(value, precision - exponentOf(value));
  const text = rounded.toExponential(precision).replace(/e([-+])(\d)$/, 'e$10$2');
  return Object.is(value, -0) ? `-${text}` : text;
}

function generalText(value: number, precision: number): string {
  const rounded = roundFloat(value, precision - 1 - exponentOf(value));
  const exponent = exponentOf(rounded);
  if (exponent < -4 || exponent >= precision)
    return exponentText(rounded, precision - 1)
      .replace(/(\.\d*?)0+e/, '$1e')
      .replace('.e', 'e');
  const text = fixedText(rounded, precision - 1 - exponent);
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
