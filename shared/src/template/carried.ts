import { isMap, type Value } from '../values/value.ts';

/** The values that a placeholder carries to the agent, by name, with no more of each than its paths ask for. */
export interface Carried {
  readonly values: Map<string, Value>;
  /** The maps that were made here, which may be changed; all others belong to the context. */
  readonly own: Map<Value, Map<string, Value>>;
}

export function newCarried(): Carried {
  return { values: new Map(), own: new Map() };
}

/** Adds the value of a path. What is there already is kept, and maps are put together without copying them again and again. */
export function carry(carried: Carried, path: readonly string[], value: Value): void {
  let map = carried.values;
  for (const step of path.slice(0, -1)) map = ownMap(carried, map, step);
  put(carried, map, path.at(-1) ?? '', value);
}

/** The map below a name as one of ours; what stands there is copied once if it belongs to the context. */
function ownMap(carried: Carried, map: Map<string, Value>, name: string): Map<string, Value> {
  const current = map.get(name);
  const known = current === undefined ? undefined : carried.own.get(current);
  if (known !== undefined) return known;
  const made = new Map<string, Value>(current !== undefined && current !== null && isMap(current) ? current : []);
  carried.own.set(made, made);
  map.set(name, made);
  return made;
}

function put(carried: Carried, map: Map<string, Value>, name: string, value: Value): void {
  const current = map.get(name);
  if (current === value) return;
  if (current === undefined || current === null || value === null || !isMap(current) || !isMap(value)) {
    map.set(name, value);
    return;
  }
  const inner = ownMap(carried, map, name);
  for (const [key, each] of value) put(carried, inner, key, each);
}

/** Whether the value of a path is carried already, as part of something larger too. */
export function isCarried(carried: Carried, path: readonly string[], value: Value): boolean {
  let current: Value | undefined = carried.values;
  for (const step of path) {
    if (current === undefined || current === null || !isMap(current)) return false;
    current = current.get(step);
  }
  return current === value;
}
