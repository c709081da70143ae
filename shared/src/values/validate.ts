import { pythonRepr, pythonText } from './print.ts';
import { regexTest } from './regex.ts';
import { isList, isMap, type Value, type ValueMap } from './value.ts';

/** What a value must be, or undefined when it is. A limit is looked at once for all values that it is asked about. */
type Predicate = (limit: Value) => (value: Value) => string | undefined;

/** Predicates of one value; for a list they hold for each item, for a mapping for each value (compiler.md 1.3). */
const ofScalars = new Map<string, Predicate>([
  ['gt', ordered('greater than', (sign) => sign > 0)],
  ['ge', ordered('at least', (sign) => sign >= 0)],
  ['lt', ordered('less than', (sign) => sign < 0)],
  ['le', ordered('at most', (sign) => sign <= 0)],
  ['multipleOf', when(isMultiple, (limit) => `a multiple of ${pythonText(limit)}`)],
  [
    'minDigits',
    when(
      (value, limit) => digits(value) >= Number(limit),
      (limit) => `a number of at least ${pythonText(limit)} digits`,
    ),
  ],
  [
    'maxDigits',
    when(
      (value, limit) => digits(value) <= Number(limit),
      (limit) => `a number of at most ${pythonText(limit)} digits`,
    ),
  ],
  [
    'decimalPlaces',
    when(
      (value, limit) => isNumber(value) && (pythonText(value).split('.')[1] ?? '').length <= Number(limit),
      (limit) => `a number of at most ${pythonText(limit)} decimal places`,
    ),
  ],
  ['regex', regex],
  [
    'minLength',
    when(
      (value, limit) => typeof value === 'string' && [...value].length >= Number(limit),
      (limit) => `a text of at least ${pythonText(limit)} characters`,
    ),
  ],
  [
    'maxLength',
    when(
      (value, limit) => typeof value === 'string' && [...value].length <= Number(limit),
      (limit) => `a text of at most ${pythonText(limit)} characters`,
    ),
  ],
  [
    'contains',
    when(
      (value, limit) => typeof value === 'string' && value.includes(pythonText(limit)),
      (limit) => `a text that contains "${pythonText(limit)}"`,
    ),
  ],
  [
    'excludes',
    when(
      (value, limit) => typeof value === 'string' && !value.includes(pythonText(limit)),
      (limit) => `a text without "${pythonText(limit)}"`,
    ),
  ],
  ['options', options],
]);

/** Predicates of the list or mapping itself. */
const ofContainers = new Map<string, Predicate>([
  [
    'minItems',
    when(
      (value, limit) => size(value) >= Number(limit),
      (limit) => `at least ${pythonText(limit)} items`,
    ),
  ],
  [
    'maxItems',
    when(
      (value, limit) => size(value) <= Number(limit),
      (limit) => `at most ${pythonText(limit)} items`,
    ),
  ],
  [
    'keys',
    when(
      (value, limit) => keyText(keysOf(value)) === keyText(limit),
      (limit) => `a mapping with exactly the keys ${pythonText(limit)}`,
    ),
  ],
  [
    'containsKeys',
    when(
      (value, limit) => limit !== null && isList(limit) && limit.every((key) => hasKey(value, key)),
      (limit) => `a mapping with the keys ${pythonText(limit)}`,
    ),
  ],
  [
    'excludesKeys',
    when(
      (value, limit) => limit !== null && isList(limit) && !limit.some((key) => hasKey(value, key)),
      (limit) => `a mapping without the keys ${pythonText(limit)}`,
    ),
  ],
]);

/**
 * Checks a value of its declared type against the `validation` of an input. Gives what was expected, or undefined.
 * A predicate that cannot judge the kind of value at hand does not hold.
 */
export function validate(value: Value, validation: ValueMap): string | undefined {
  const items = value !== null && typeof value === 'object' ? (isMap(value) ? [...value.values()] : value) : [value];
  for (const [name, limit] of validation) {
    if (limit === null) continue;
    const failedWhole = ofContainers.get(name)?.(limit)(value);
    if (failedWhole !== undefined) return failedWhole;
    const one = ofScalars.get(name)?.(limit);
    if (one === undefined) continue;
    for (const item of items) {
      const expected = one(item);
      if (expected !== undefined) return expected;
    }
  }
  return undefined;
}

function when(holds: (value: Value, limit: Value) => boolean, expected: (limit: Value) => string): Predicate {
  return (limit) => (value) => (holds(value, limit) ? undefined : expected(limit));
}

function ordered(words: string, holds: (sign: number) => boolean): Predicate {
  return when(
    (value, limit) => isNumber(value) && isNumber(limit) && holds(value < limit ? -1 : value > limit ? 1 : 0),
    (limit) => `a number ${words} ${pythonText(limit)}`,
  );
}

/** A pattern with a problem matches nothing; the reader of the file has reported it (`regexProblem`). */
function regex(limit: Value): (value: Value) => string | undefined {
  const matches = regexTest(pythonText(limit));
  return (value) =>
    typeof value === 'string' && matches?.(value) === true
      ? undefined
      : `a text that begins as ${pythonText(limit)} says`;
}

function options(limit: Value): (value: Value) => string | undefined {
  const allowed = new Set(limit !== null && isList(limit) ? limit.map(optionKey) : []);
  return (value) => (allowed.has(optionKey(value)) ? undefined : `one of ${pythonText(limit)}`);
}

/** Numbers are the same by their value, so that 1 and 1.0 are one option; all else by how it is written. */
function optionKey(value: Value): string {
  return typeof value === 'number' && Number.isInteger(value) ? pythonRepr(BigInt(value)) : pythonRepr(value);
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function isMultiple(value: Value, limit: Value): boolean {
  if (typeof value === 'bigint' && typeof limit === 'bigint') return limit !== 0n && value % limit === 0n;
  if (!isNumber(value) || !isNumber(limit)) return false;
  const quotient = Number(value) / Number(limit);
  // Binary fractions such as 0.3 / 0.1 miss the whole number by one step.
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function digits(value: Value): number {
  return isNumber(value) ? pythonText(value).replace('.', '').length : Number.NaN;
}

function size(value: Value): number {
  return value !== null && typeof value === 'object' ? (isMap(value) ? value.size : value.length) : Number.NaN;
}

function keysOf(value: Value): readonly string[] {
  return value !== null && isMap(value) ? [...value.keys()] : [];
}

function hasKey(value: Value, key: Value): boolean {
  return value !== null && isMap(value) && value.has(pythonText(key));
}

function keyText(keys: Value): string {
  return keys !== null && isList(keys) ? keys.map(pythonText).sort().join('\n') : '';
}
