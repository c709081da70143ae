import { parseFloatText } from '../values/numbers.ts';
import type { Value } from '../values/value.ts';
import { spend } from './budget.ts';
import { fixedText, roundFloat, roundInteger } from './exact.ts';
import { Fault } from './fault.ts';
import { type FilterCall, type FilterEntry, filter } from './filter-call.ts';
import { flagArg, textArg, wholeArg, wrongKind } from './filters-text.ts';
import { numeric } from './kinds.ts';
import { strip } from './text-units.ts';

/** Filters that read or give numbers. */
export const numberFilters: readonly FilterEntry[] = [
  filter('abs', [], 'The number without its sign.', (value, call) => {
    const number = numeric(value);
    return number === undefined ? wrongKind(call, value, 'a number') : absolute(number);
  }),
  filter('filesizeformat', ['binary?'], 'A size in bytes as people read it, such as "1.3 MB".', fileSize),
  filter('float', ['default?'], 'The value as a float, or 0.0.', toFloat),
  filter('int', ['default?', 'base?'], 'The value as a whole number, or 0.', toInt),
  filter('round', ['precision?', 'method?'], 'Rounded to decimal places; method is common, ceil or floor.', round),
];

function absolute(number: bigint | number): bigint | number {
  return typeof number === 'number' ? Math.abs(number) : number < 0n ? -number : number;
}

function toFloat(value: Value, call: FilterCall): Value {
  const number = typeof value === 'string' ? readFloat(value) : numeric(value);
  if (number !== undefined && Number.isFinite(Number(number))) return Number(number);
  return call.arg('default') ?? 0;
}

/** No number has so many characters that matter, and the pattern would look at all of them. */
function readFloat(text: string): number | undefined {
  return text.length > 4096 ? undefined : parseFloatText(text);
}

function toInt(value: Value, call: FilterCall): Value {
  const base = wholeArg(call, 'base', 10);
  if (typeof value === 'string') {
    const whole = value.length > 1000 ? undefined : readInteger(strip(value), base);
    if (whole !== undefined) return whole;
    const float = readFloat(value);
    if (float !== undefined && Number.isFinite(float)) return BigInt(Math.trunc(float));
  }
  const number = numeric(value);
  if (number !== undefined) return typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
  return call.arg('default') ?? 0n;
}

const prefixes: ReadonlyMap<number, string> = new Map([
  [16, 'x'],
  [8, 'o'],
  [2, 'b'],
]);

/** An integer as Python reads it: a sign, a prefix of the base, digits with single `_` between them. */
function readInteger(text: string, base: number): bigint | undefined {
  const match = /^([-+]?)(?:0([xXoObB])_?)?([0-9a-zA-Z](?:_?[0-9a-zA-Z])*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, letter, digitText = ''] = match;
  const given = [...prefixes].find(([, prefix]) => prefix === letter?.toLowerCase())?.[0];
  // In base 16, "0b1" is a number of three digits rather than a prefix.
  const isPrefix = letter !== undefined && (base === 0 || given === base);
  const digits = (letter !== undefined && !isPrefix ? `0${letter}${digitText}` : digitText).replaceAll('_', '');
  const real = base === 0 ? (given ?? 10) : base;
  if (real < 2 || real > 36 || (base === 0 && given === undefined && /^0+[1-9]/.test(digits))) return undefined;
  let total = 0n;
  for (const each of digits) {
    const digit = Number.parseInt(each, 36);
    if (digit >= real) return undefined;
    total = total * BigInt(real) + BigInt(digit);
  }
  return sign === '-' ? -total : total;
}

function round(value: Value, call: FilterCall): Value | Fault {
  const digits = wholeArg(call, 'precision', 0);
  const method = textArg(call, 'method') ?? 'common';
  if (!['common', 'ceil', 'floor'].includes(method))
    return new Fault('template/wrong-type', 'The method of "round" is "common", "ceil" or "floor".', call.place);
  const number = numeric(value);
  if (number === undefined) return wrongKind(call, value, 'a number');
  const cost = spend(call.budget, 20, call.place);
  if (cost !== undefined) return cost;
  if (method === 'common')
    return typeof number === 'bigint' ? roundInteger(number, digits) : roundFloat(number, digits);
  if (Math.abs(digits) > 300) return Number(number);
  const factor = 10 ** digits;
  const scaled = Number(number) * factor;
  const result = (method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) / factor;
  // Python goes through an integer here, which has no negative zero.
  return result === 0 ? 0 : result;
}

function fileSize(value: Value, call: FilterCall): Value | Fault {
  const bytes = Number(typeof value === 'string' ? readFloat(value) : numeric(value));
  if (!Number.isFinite(bytes)) return wrongKind(call, value, 'a number');
  const isBinary = flagArg(call, 'binary');
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const letters = 'kMGTPEZY';
  let step = 0;
  while (step < letters.length - 1 && bytes >= base ** (step + 2)) step += 1;
  const letter = letters.charAt(step);
  return `${fixedText((base * bytes) / base ** (step + 2), 1)} ${isBinary ? `${letter.toUpperCase()}i` : letter}B`;
}
