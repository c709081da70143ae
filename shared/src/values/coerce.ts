import { toGcs, toS3, toUri, toWasb } from './addresses.ts';
import { type Coerced, fits, unfit } from './coerced.ts';
import { toDict, toList } from './composites.ts';
import { toFloat, toInt } from './numbers.ts';
import { structuredTypes, toStructured } from './structured.ts';
import { toDate, toDatetime, toTimedelta } from './times.ts';
import { isList, isMap, type Value } from './value.ts';
import { toBool, toEmail, toImage, toPath, toStr, toUuid } from './words.ts';

type Coerce = (value: Value) => Coerced;

/** Every value type by name, one line each (compiler.md 1.3). */
const types: ReadonlyMap<string, Coerce> = new Map<string, Coerce>([
  ['any', fits],
  ['int', toInt],
  ['float', toFloat],
  ['metric', toFloat],
  ['str', toStr],
  ['bool', toBool],
  ['dict', toDict],
  ['metadata', toDict],
  ['list', toList],
  ['path', toPath],
  ['uri', toUri],
  ['s3', toS3],
  ['gcs', toGcs],
  ['wasb', toWasb],
  ['image', toImage],
  ['uuid', toUuid],
  ['email', toEmail],
  ['date', toDate],
  ['datetime', toDatetime],
  ['timedelta', toTimedelta],
  ...structuredTypes.map((type): [string, Coerce] => [type, (value) => toStructured(type, value)]),
]);

/** The names that an input's `type` may have, besides `List[…]`, `Dict[str, …]` and `Optional[…]` around them. */
export const typeNames: readonly string[] = [...types.keys()];

/** True when `type` is a name of the table or a typing expression of such names. */
export function isType(type: string): boolean {
  return resolve(type, 0) !== undefined;
}

/**
 * Brings a value to a declared type, or says what was expected. A list type takes a list (or JSON text of one) and brings
 * every element to the type. The type must be known (`isType`); an unknown one fits nothing.
 */
export function coerce(value: Value, type: string, isListType: boolean): Coerced {
  const one = resolve(type, 0);
  if (one === undefined) return unfit(`a known type instead of "${type}"`);
  return isListType ? eachOf(value, one) : one(value);
}

/** Kept small since every level is a pair of brackets that the author wrote. */
const deepestType = 8;

function resolve(type: string, depth: number): Coerce | undefined {
  const simple = types.get(type);
  if (simple !== undefined || depth > deepestType) return simple;
  const generic = /^(List|Dict|Optional)\[(.*)\]$/.exec(type.trim());
  if (generic === null) return types.get(type.trim());
  const [, outer, inner = ''] = generic;
  const key = outer === 'Dict' ? /^\s*str\s*,(.*)$/.exec(inner)?.[1] : inner;
  const element = key === undefined ? undefined : resolve(key.trim(), depth + 1);
  if (element === undefined) return undefined;
  if (outer === 'Optional') return (value) => (value === null ? fits(null) : element(value));
  return outer === 'List' ? (value) => eachOf(value, element) : (value) => eachValue(value, element);
}

function eachOf(value: Value, element: Coerce): Coerced {
  const list = toList(value);
  if (!list.ok || !isList(list.value)) return unfit('a list');
  const items: Value[] = [];
  for (const item of list.value) {
    const read = element(item);
    if (!read.ok) return unfit(`a list in which each item is ${read.expected}`);
    items.push(read.value);
  }
  return fits(items);
}

function eachValue(value: Value, element: Coerce): Coerced {
  const dict = toDict(value);
  if (!dict.ok || dict.value === null || !isMap(dict.value)) return unfit('a mapping');
  const entries = new Map<string, Value>();
  for (const [key, item] of dict.value) {
    const read = element(item);
    if (!read.ok) return unfit(`a mapping in which each value is ${read.expected}`);
    entries.set(key, read.value);
  }
  return fits(entries);
}
