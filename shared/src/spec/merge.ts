import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { toValue } from '../values/from-node.ts';
import { encodeWire } from '../wire/wire-json.ts';
import type { Section, Shape } from './shape.ts';

/** How a layer goes on top of another one; `post_merge` unless it says else (compiler.md 2.4). */
export type Strategy = 'replace' | 'isnull' | 'post_merge' | 'pre_merge';

/** Reads a strategy; anything else is `post_merge`, which sanitize has reported. */
export function strategyOf(node: Node | undefined): Strategy {
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return value === 'replace' || value === 'isnull' || value === 'pre_merge' ? value : 'post_merge';
}

/**
 * Puts one value on top of another by its shape: scalars are taken from the preferred side, lists joined without repeats,
 * mappings merged, sections field by field. Values of different shapes are not mixed: the preferred side wins whole.
 */
export function patch(
  base: Node | undefined,
  over: Node | undefined,
  strategy: Strategy,
  shape: Shape,
): Node | undefined {
  if (over === undefined || base === undefined) return base ?? over;
  const overWins = strategy === 'post_merge' || strategy === 'replace';
  if (isNull(over)) return overWins && clears(shape) ? over : base;
  if (isNull(base)) return over;
  if (base.kind !== over.kind || base.kind === 'scalar' || over.kind === 'scalar') return overWins ? over : base;
  if (base.kind === 'list' && over.kind === 'list') return patchList(base, over, strategy);
  if (base.kind !== 'map' || over.kind !== 'map') return overWins ? over : base;
  if (shape.kind === 'section') return patchSection(base, over, strategy, shape.section);
  if (shape.kind === 'kubernetes') return patchKubernetes(base, over, strategy, shape.section);
  if (shape.kind === 'tagged') return patchTagged(base, over, strategy, shape);
  if (shape.kind === 'map' && shape.of.kind === 'section') return patchNamed(base, over, strategy, shape.of);
  const isWhole = shape.kind === 'params' || (shape.kind === 'map' && shape.isWhole === true);
  return patchMap(base, over, strategy, isWhole);
}

/** An explicit null clears a field, while sections stay (compiler.md 2.4); in Kubernetes objects it says nothing. */
function clears(shape: Shape): boolean {
  return shape.kind !== 'section' && shape.kind !== 'kubernetes';
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Sections of the same kind merge field by field; of different kinds the preferred side wins whole (compiler.md 2.4). */
function patchTagged(
  base: MapNode,
  over: MapNode,
  strategy: Strategy,
  shape: Extract<Shape, { kind: 'tagged' }>,
): Node {
  const [from, to] = [kindOf(base), kindOf(over)];
  const section = to === undefined ? undefined : shape.of.get(to);
  if (from === to && section !== undefined) return patchSection(base, over, strategy, section);
  return strategy === 'post_merge' || strategy === 'replace' ? over : base;
}

function kindOf(node: MapNode): string | undefined {
  const kind = member(node, 'kind');
  return kind?.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
}

/** Merges two sections field by field, each field by its own shape. */
export function patchSection(base: MapNode, over: MapNode, strategy: Strategy, section: Section): MapNode {
  return mergeEntries(base, over, base.entries, (left, right, key) =>
    patch(left, right, strategy, section.fields.get(key) ?? { kind: 'free' }),
  );
}

/** An object of Kubernetes: each field as a whole is kept, replaced or merged, and null is no value. */
function patchKubernetes(base: MapNode, over: MapNode, strategy: Strategy, section: Section): MapNode {
  return mergeEntries(base, over, base.entries, (left, right, key) =>
    right !== undefined && isNull(right)
      ? left
      : patch(left, right, strategy, section.fields.get(key) ?? { kind: 'free' }),
  );
}

/** Sections by names of the author's, such as groups of workers; a name that one side has alone is kept. */
function patchNamed(base: MapNode, over: MapNode, strategy: Strategy, shape: Shape): MapNode {
  return mergeEntries(base, over, base.entries, (left, right) => patch(left, right, strategy, shape));
}

/** A mapping without a section: what is inside is merged as long as both sides are mappings; `isWhole`: not even then. */
function patchMap(base: MapNode, over: MapNode, strategy: Strategy, isWhole = false): MapNode {
  if (strategy === 'replace') return over;
  if (strategy === 'isnull') return base;
  const overWins = strategy === 'post_merge';
  // Under pre_merge the keys of the upper side come first.
  return mergeEntries(base, over, overWins ? base.entries : over.entries, (left, right) => {
    if (left === undefined || right === undefined) return left ?? right;
    if (!isWhole && left.kind === 'map' && right.kind === 'map') return patchMap(left, right, strategy);
    return overWins || isNull(left) ? right : left;
  });
}

function mergeEntries(
  base: MapNode,
  over: MapNode,
  first: readonly MapEntry[],
  merge: (left: Node | undefined, right: Node | undefined, key: string) => Node | undefined,
): MapNode {
  const left = new Map(base.entries.map((entry) => [entry.key, entry]));
  const right = new Map(over.entries.map((entry) => [entry.key, entry]));
  const entries: MapEntry[] = [];
  for (const key of new Set([...first.map((entry) => entry.key), ...left.keys(), ...right.keys()])) {
    const value = merge(left.get(key)?.value, right.get(key)?.value, key);
    const from = right.get(key)?.value === value ? right.get(key) : (left.get(key) ?? right.get(key));
    if (value !== undefined && from !== undefined) entries.push({ key, keySpan: from.keySpan, value });
  }
  return { kind: 'map', entries, span: over.span };
}

function patchList(
  base: Extract<Node, { kind: 'list' }>,
  over: Extract<Node, { kind: 'list' }>,
  strategy: Strategy,
): Node {
  if (strategy === 'replace') return over;
  if (strategy === 'isnull') return base;
  const [first, second] = strategy === 'pre_merge' ? [over, base] : [base, over];
  const known = new Set(first.items.map(fingerprint));
  return {
    kind: 'list',
    items: [...first.items, ...second.items.filter((item) => !known.has(fingerprint(item)))],
    span: over.span,
  };
}

function fingerprint(node: Node): string {
  return encodeWire(toValue(node));
}
