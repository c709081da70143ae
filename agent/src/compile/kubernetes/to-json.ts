import { isList, isMap, plainText, type Value, type ValueMap } from '@tandem/shared/values';
import type { Json } from './manifest.ts';

/** A value of a spec as JSON. Integers that JSON readers would round become text, which is what they meant at that length. */
export function toJson(value: Value): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (isMap(value)) return mapJson(value);
  return isList(value) ? value.map(toJson) : null;
}

/** A mapping as a JSON object; what is null in it is left out, as it says nothing to Kubernetes. */
export function mapJson(map: ValueMap): Readonly<Record<string, Json>> {
  const entries: [string, Json][] = [];
  for (const [key, value] of map) if (value !== null) entries.push([key, toJson(value)]);
  return Object.fromEntries(entries);
}

/** A mapping whose values must be text: labels, selectors of nodes, parameters. */
export function textJson(map: ValueMap): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [key, value] of map) if (value !== null) entries.push([key, flatText(value)]);
  return Object.fromEntries(entries);
}

/** `requests` and `limits` with their quantities as text (agent-and-kubernetes.md 2.5); other fields as they are. */
export function resourcesJson(map: ValueMap): Readonly<Record<string, Json>> {
  const entries: [string, Json][] = [];
  for (const [key, value] of map) {
    if (value === null) continue;
    entries.push([key, isMap(value) && (key === 'requests' || key === 'limits') ? textJson(value) : toJson(value)]);
  }
  return Object.fromEntries(entries);
}

/** The same for resources of the agent's own settings, where YAML may have `cpu: 0.5`: the API server keeps text, and shows no change. */
export function resourcesText(resources: Json): Json {
  if (!isObject(resources)) return resources;
  const texts = (part: Json): Json =>
    isObject(part)
      ? Object.fromEntries(
          Object.entries(part).map(([key, each]) => [key, typeof each === 'number' ? String(each) : each]),
        )
      : part;
  return Object.fromEntries(
    Object.entries(resources).map(([key, part]) => [
      key,
      part !== undefined && (key === 'requests' || key === 'limits') ? texts(part) : part,
    ]),
  );
}

const isObject = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object without the fields that are undefined or null. */
export function compact(fields: Readonly<Record<string, Json | undefined>>): Readonly<Record<string, Json>> {
  const kept: Record<string, Json> = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined && value !== null) kept[key] = value;
  }
  return kept;
}

/** A list, or nothing when it is empty. */
export function orNothing<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function flatText(value: Value): string {
  return typeof value === 'boolean' ? String(value) : plainText(value);
}
