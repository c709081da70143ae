/** JSON as the values that the comparison and our own stages work on. */
import { fromJson, isMap, type Value, type ValueMap } from '@tandem/shared/values';
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';

export function asValue(json: Json): Value {
  const value = fromJson(JSON.stringify(json));
  if (value === undefined) throw new Error('JSON that we wrote ourselves cannot be read.');
  return value;
}

export function toValueMap(json: Json): ValueMap {
  const value = asValue(json);
  return value !== null && isMap(value) ? value : new Map<string, Value>();
}
