import { isMap, type Value } from '../values/value.ts';

/** What counts as true: all but null, false, zero and the empty text, list or map. */
export function isTruthy(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return false;
  if (typeof value !== 'object') return true;
  return isMap(value) ? value.size > 0 : value.length > 0;
}

/** A name for the kind of a value, as messages say it. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'object') return isMap(value) ? 'a mapping' : 'a list';
  return 'a number';
}

export type Numeric = bigint | number;

/** A number, with booleans as 1 and 0 as in Python; undefined for all else. */
export function numeric(value: Value): Numeric | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** A text with its first letter large, for the beginning of a message. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The items of a list, a map's keys, or a text's characters; undefined for all else. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (typeof value === 'string') return [...value];
  if (value === null || typeof value !== 'object') return undefined;
  return isMap(value) ? [...value.keys()] : value;
}
