import { readJson } from '../source/json.ts';
import { type Coerced, fits, unfit } from './coerced.ts';
import { toValue } from './from-node.ts';
import { isList, isMap, type Value } from './value.ts';

/** `dict` and `metadata`: a mapping, or text that holds a JSON object. */
export function toDict(value: Value): Coerced {
  const read = typeof value === 'string' ? fromJson(value) : value;
  return read !== undefined && read !== null && isMap(read) ? fits(read) : unfit('a mapping');
}

/** `list`: a list, or text that holds a JSON list. */
export function toList(value: Value): Coerced {
  const read = typeof value === 'string' ? fromJson(value) : value;
  return read !== undefined && read !== null && isList(read) ? fits(read) : unfit('a list');
}

/** The value that a JSON text holds, or undefined when it is no JSON. */
export function fromJson(text: string): Value | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const read = readJson({ name: 'value', text });
  return read.ok ? toValue(read.value) : undefined;
}
