/**
 * A value of a param, an input, an output or a fact. Integers are `bigint`, floats are `number` (trust.md 3.3);
 * maps are `Map`, which has no prototype to reach and keeps the author's order.
 */
export type Value = null | boolean | bigint | number | string | readonly Value[] | ValueMap;

export type ValueMap = ReadonlyMap<string, Value>;

export function isMap(value: Value): value is ValueMap {
  return value instanceof Map;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
