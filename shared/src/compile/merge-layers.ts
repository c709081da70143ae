import type { MapEntry, MapNode, Node } from '../source/tree.ts';
import { layerSection, shortcuts } from '../spec/layer.ts';
import { patchSection, type Strategy } from '../spec/merge.ts';

/** Sections of a layer that say something about the layer itself; they do not merge (compiler.md 2.4). */
const ownSections: ReadonlySet<string> = new Set([
  'isPreset',
  'patchStrategy',
  'component',
  'hubRef',
  'pathRef',
  'urlRef',
  'dagRef',
  'run',
  'runPatch',
  'kind',
]);

/** What an operation of a dag has from its own layer only (compiler.md 4.1). */
const opSections: ReadonlySet<string> = new Set([
  'name',
  'dependencies',
  'trigger',
  'conditions',
  'joins',
  'skipOnUpstreamSkip',
]);

/** Puts an operation on top of its component: all sections but the run. Its own name counts whatever its strategy is. */
export function mergeLayer(base: MapNode, over: MapNode, strategy: Strategy): MapNode {
  const name = over.entries.find((entry) => entry.key === 'name' && !isNull(entry.value));
  return withForced(mergePreset(base, over, strategy), name === undefined ? [] : [name]);
}

/** Puts a preset on top of a layer: all sections but the run. Strictness once asked for stays (compiler.md 1.2). */
export function mergePreset(base: MapNode, over: MapNode, strategy: Strategy): MapNode {
  const merged = patchSection(withoutOwn(base), withoutOwn(over), strategy, layerSection);
  const strict = [base, over]
    .map((layer) => layer.entries.find((entry) => entry.key === 'strictParams'))
    .find((entry) => entry?.value.kind === 'scalar' && entry.value.value === true);
  return withForced(merged, strict === undefined ? [] : [strict]);
}

function withForced(merged: MapNode, forced: readonly MapEntry[]): MapNode {
  if (forced.length === 0) return merged;
  const kept = merged.entries.filter((entry) => !forced.some((each) => each.key === entry.key));
  return { ...merged, entries: [...forced, ...kept] };
}

export function withoutOwn(layer: MapNode): MapNode {
  return without(layer, (key) => ownSections.has(key));
}

/** What a component gives to an operation of a dag. */
export function withoutOpSections(layer: MapNode): MapNode {
  return without(layer, (key) => opSections.has(key));
}

export function withoutShortcuts(operation: MapNode): MapNode {
  return without(operation, (key) => Object.hasOwn(shortcuts, key));
}

/** Nulls only clear; from here on they are gone. */
export function withoutNulls(map: MapNode): MapNode {
  return map.entries.some((entry) => isNull(entry.value))
    ? { ...map, entries: map.entries.filter((entry) => !isNull(entry.value)) }
    : map;
}

/** The map with one entry more, or another value in its place at the end. */
export function withEntry(map: MapNode, key: string, value: Node): MapNode {
  const entry: MapEntry = { key, keySpan: value.span, value };
  return { ...map, entries: [...map.entries.filter((each) => each.key !== key), entry] };
}

function without(map: MapNode, drop: (key: string) => boolean): MapNode {
  return map.entries.some((entry) => drop(entry.key))
    ? { ...map, entries: map.entries.filter((entry) => !drop(entry.key)) }
    : map;
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}
