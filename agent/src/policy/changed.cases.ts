import type { Json, Manifest } from '../compile/kubernetes/manifest.ts';

type Node = Json[] | { [key: string]: Json };

/** A copy of an object with other values at some paths; null takes a field away, `[+]` adds to a list. For tests. */
export function changed(object: Manifest, set: Readonly<Record<string, Json>>): Manifest {
  // By way of JSON: parts that two places share must not be changed in both.
  const copy = JSON.parse(JSON.stringify(object)) as { [key: string]: Json };
  for (const [path, value] of Object.entries(set)) setAt(copy, segmentsOf(path), value);
  return copy as unknown as Manifest;
}

/** `a.b[0]["c.d"]` in parts; -1 stands for `[+]`. */
export function segmentsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]|\[(\+)\]|\["([^"]+)"\]/g)].map(([, name, index, more, quoted]) => {
    if (more !== undefined) return -1;
    return index === undefined ? (name ?? quoted ?? '') : Number(index);
  });
}

function setAt(top: Node, segments: readonly (string | number)[], value: Json): void {
  let node: Node = top;
  for (const [place, segment] of segments.entries()) {
    const isLast = place === segments.length - 1;
    const key = segment === -1 && Array.isArray(node) ? node.length : segment;
    const map = node as { [key: string | number]: Json };
    if (!isLast) {
      const inner = Object.hasOwn(map, key) ? map[key] : undefined;
      if (typeof inner === 'object' && inner !== null) node = inner as Node;
      else {
        const made: Node = typeof segments[place + 1] === 'number' ? [] : {};
        map[key] = made;
        node = made;
      }
    } else if (value === null) delete map[key];
    else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  }
}
