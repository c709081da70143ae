import { isList, isMap, plainText, type Value, type ValueMap } from '@tandem/shared/values';

/**
 * Reading filled sections. Their types were checked in stage 1; what the agent's values made of them is read with
 * forgiveness: a wrong type reads as absent, and what must be there is refused by the stage that needs it.
 */
export const emptyMap: ValueMap = new Map();

export function mapAt(map: ValueMap, key: string): ValueMap | null {
  const value = map.get(key) ?? null;
  return value !== null && isMap(value) ? value : null;
}

export function listAt(map: ValueMap, key: string): readonly Value[] {
  const value = map.get(key) ?? null;
  return value !== null && isList(value) ? value : [];
}

/** The maps of a list; anything else in it is left out. */
export function mapsAt(map: ValueMap, key: string): readonly ValueMap[] {
  return listAt(map, key).filter(isMap);
}

/** Text, and any scalar as text; null for what is not there. */
export function textAt(map: ValueMap, key: string): string | null {
  const value = map.get(key) ?? null;
  return value === null ? null : plainText(value);
}

/** A list of texts; one text is a list of one. Null items are left out, empty ones stay (agent-and-kubernetes.md 2.5). */
export function textsAt(map: ValueMap, key: string): readonly string[] {
  const value = map.get(key) ?? null;
  if (value === null) return [];
  return (isList(value) ? value : [value]).filter((item) => item !== null).map(plainText);
}

export function integerAt(map: ValueMap, key: string): number | null {
  const value = map.get(key) ?? null;
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}

export function flagAt(map: ValueMap, key: string, otherwise: boolean): boolean {
  const value = map.get(key) ?? null;
  return typeof value === 'boolean' ? value : otherwise;
}
