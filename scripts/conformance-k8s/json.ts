/** Reading JSON of any shape: what is not there, or is something else, reads as empty. */
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** JSON text as JSON; throws on text that is none, which is a mistake in a case or a bug of ours. */
export function parsed(text: string): Json {
  const read: Json = JSON.parse(text);
  return read;
}

export function isObject(json: Json | undefined): json is JsonObject {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}

export function objectAt(json: Json | undefined, key: string): JsonObject {
  const value = isObject(json) ? json[key] : undefined;
  return isObject(value) ? value : {};
}

export function listAt(json: Json | undefined, key: string): readonly Json[] {
  const value = isObject(json) ? json[key] : undefined;
  return Array.isArray(value) ? value : [];
}

/** Text; null for what is none. */
export function textAt(json: Json | undefined, key: string): string | null {
  const value = isObject(json) ? json[key] : undefined;
  return typeof value === 'string' ? value : null;
}

/** An object of the fields that say something: not undefined, null, or an empty list or object. */
export function saying(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(fields))
    if (value !== undefined && !isEmpty(value)) entries.push([key, value]);
  return Object.fromEntries(entries);
}

function isEmpty(value: Json): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** An object without some of its keys. */
export function without(json: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}

/** All texts in it changed, keys left as they are. */
export function withTexts(json: Json, change: (text: string) => string): Json {
  if (typeof json === 'string') return change(json);
  if (Array.isArray(json)) return json.map((each: Json) => withTexts(each, change));
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, withTexts(value, change)]));
}
