import { pythonRepr, pythonText } from './print.ts';
import { isList, isMap, type Value, type ValueMap } from './value.ts';

/** A predicate: what the value must be, or undefined when it is. */
type Predicate = (value: Value, limit: Value) => string | undefined;

/** Predicates of one value; for a list they hold for each item, for a mapping for each value (compiler.md 1.3). */
const ofScalars = new Map<string, Predicate>([
  ['gt', ordered('greater than', (sign) => sign > 0)],
  ['ge', ordered('at least', (sign) => sign >= 0)],
  ['lt', ordered('less than', (sign) => sign < 0)],
  ['le', ordered('at most', (sign) => sign <= 0)],
  ['multipleOf', (value, limit) => (isMultiple(value, limit) ? undefined : `a multiple of ${pythonText(limit)}`)],
  [
    'minDigits',
    (value, limit) => (digits(value) >= Number(limit) ? undefined : `a number of at least ${pythonText(limit)} digits`),
  ],
  [
    'maxDigits',
    (value, limit) => (digits(value) <= Number(limit) ? undefined : `a number of at most ${pythonText(limit)} digits`),
  ],
  [
    'decimalPlaces',
    (value, limit) =>
      (pythonText(value).split('.')[1] ?? '').length <= Number(limit) && isNumber(value)
        ? undefined
        : `a number of at most ${pythonText(limit)} decimal places`,
  ],
  [
    'regex',
    (value, limit) =>
      typeof value === 'string' && matches(value, pythonText(limit))
        ? undefined
        : `a text that begins as ${pythonText(limit)} says`,
  ],
  [
    'minLength',
    (value, limit) =>
      typeof value === 'string' && [...value].length >= Number(limit)
        ? undefined
        : `a text of at least ${pythonText(limit)} characters`,
  ],
  [
    'maxLength',
    (value, limit) =>
      typeof value === 'string' && [...value].length <= Number(limit)
        ? undefined
        : `a text of at most ${pythonText(limit)} characters`,
  ],
  [
    'contains',
    (value, limit) =>
      typeof value === 'string' && value.includes(pythonText(limit))
        ? undefined
        : `a text that contains "${pythonText(limit)}"`,
  ],
  [
    'excludes',
    (value, limit) =>
      typeof value === 'string' && !value.includes(pythonText(limit))
        ? undefined
        : `a text without "${pythonText(limit)}"`,
  ],
  [
    'options',
    (value, limit) =>
      limit !== null && isList(limit) && limit.some((each) => same(each, value))
        ? undefined
        : `one of ${pythonText(limit)}`,
  ],
]);

/** Predicates of the list or mapping itself. */
const ofContainers = new Map<string, Predicate>([
  ['minItems', (value, limit) => (size(value) >= Number(limit) ? undefined : `at least ${pythonText(limit)} items`)],
  ['maxItems', (value, limit) => (size(value) <= Number(limit) ? undefined : `at most ${pythonText(limit)} items`)],
  [
    'keys',
    (value, limit) =>
      keyText(keysOf(value)) === keyText(limit) ? undefined : `a mapping with exactly the keys ${pythonText(limit)}`,
  ],
  [
    'containsKeys',
    (value, limit) =>
      limit !== null && isList(limit) && limit.every((key) => keysOf(value).includes(pythonText(key)))
        ? undefined
        : `a mapping with the keys ${pythonText(limit)}`,
  ],
  [
    'excludesKeys',
    (value, limit) =>
      limit !== null && isList(limit) && !limit.some((key) => keysOf(value).includes(pythonText(key)))
        ? undefined
        : `a mapping without the keys ${pythonText(limit)}`,
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
    const whole = ofContainers.get(name);
    const failedWhole = whole?.(value, limit);
    if (failedWhole !== undefined) return failedWhole;
    const one = ofScalars.get(name);
    if (one === undefined) continue;
    for (const item of items) {
      const expected = one(item, limit);
      if (expected !== undefined) return expected;
    }
  }
  return undefined;
}

function ordered(words: string, holds: (sign: number) => boolean): Predicate {
  return (value, limit) => {
    const comparable = isNumber(value) && isNumber(limit);
    return comparable && holds(value < limit ? -1 : value > limit ? 1 : 0)
      ? undefined
      : `a number ${words} ${pythonText(limit)}`;
  };
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

function matches(value: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`, 'u').test(value);
  } catch {
    return false;
  }
}

function same(left: Value, right: Value): boolean {
  return isNumber(left) && isNumber(right) ? !(left < right || left > right) : pythonRepr(left) === pythonRepr(right);
}

function size(value: Value): number {
  return value !== null && typeof value === 'object' ? (isMap(value) ? value.size : value.length) : Number.NaN;
}

function keysOf(value: Value): readonly string[] {
  return value !== null && isMap(value) ? [...value.keys()] : [];
}

function keyText(keys: Value): string {
  return keys !== null && isList(keys) ? keys.map(pythonText).sort().join('\n') : '';
}
