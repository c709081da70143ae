import { type Coerced, fits, unfit } from './coerced.ts';
import type { Value } from './value.ts';

const decimal = /^\s*[-+]?[0-9](?:_?[0-9])*\s*$/;
const decimalFloat =
  /^\s*[-+]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9]+)?\s*$/;

/** `int`: whole numbers, also as text ("3", "3.0", "1e3"); true is 1 (compiler.md 1.3). */
export function toInt(value: Value): Coerced {
  const expected = 'a whole number';
  if (typeof value === 'bigint') return fits(value);
  if (typeof value === 'boolean') return fits(value ? 1n : 0n);
  if (typeof value === 'number') return Number.isInteger(value) ? fits(BigInt(value)) : unfit(expected);
  if (typeof value !== 'string') return unfit(expected);
  // Longer numbers are no counts, and converting digits takes quadratic time.
  if (value.length > 4096) return unfit('a whole number of at most 4096 digits');
  if (decimal.test(value)) return fits(BigInt(value.trim().replaceAll('_', '').replace(/^\+/, '')));
  const number = parseFloatText(value);
  return number !== undefined && Number.isInteger(number) ? fits(BigInt(number)) : unfit(expected);
}

/** `float` and `metric`: any finite number, also as text; integers become floats, true is 1.0. */
export function toFloat(value: Value): Coerced {
  const expected = 'a finite number';
  if (typeof value === 'number') return Number.isFinite(value) ? fits(value) : unfit(expected);
  if (typeof value === 'boolean') return fits(value ? 1 : 0);
  const number =
    typeof value === 'bigint' ? Number(value) : typeof value === 'string' ? parseFloatText(value) : undefined;
  return number !== undefined && Number.isFinite(number) ? fits(number) : unfit(expected);
}

/** The number that a text spells, or undefined; blanks around it do not matter. */
export function parseFloatText(text: string): number | undefined {
  if (!decimalFloat.test(text)) return undefined;
  return Number(text.trim().replaceAll('_', ''));
}
