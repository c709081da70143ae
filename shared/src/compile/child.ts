import type { MapNode, Node } from '../source/tree.ts';
import { toNode } from '../values/to-node.ts';
import type { Value, ValueMap } from '../values/value.ts';
import type { RecordKind, ResolvedIo, Upstream } from './drafts.ts';
import { findIo } from './find-io.ts';
import { recordValue } from './record-value.ts';

/** A run that a parent makes: an operation of its own, compiled when it is released (style-anchors B.3). */
export interface Child {
  readonly name: string | null;
  readonly kind: RecordKind;
  readonly runtime: string;
  /** The operation, its params among its sections. `contentOf` gives the text that is stored. */
  readonly operation: MapNode;
  /** Operations of the same dag that it waits for; empty for children of a matrix or schedule. */
  readonly upstreams: readonly Upstream[];
  /** Facts for the record, such as `has_downstream_events_trigger`. */
  readonly meta: ValueMap;
  /** When the tick is due, ISO 8601; null for others than children of a schedule. */
  readonly scheduleAt: string | null;
}

/** The children of a parent, made one by one while they are asked for, always the same in the same order. */
export interface Children {
  readonly kind: 'dag' | 'matrix' | 'schedule';
  readonly count: number;
  [Symbol.iterator](): Iterator<Child>;
}

/** The operation without what concerns its parent alone. */
export function withoutSections(operation: MapNode, names: ReadonlySet<string>): MapNode {
  return { ...operation, entries: operation.entries.filter((entry) => !names.has(entry.key)) };
}

/**
 * The operation with the values that its parent resolved as defaults of its inputs and outputs, so that every child sees
 * the same ones (compiler.md 5).
 */
export function withResolvedDefaults(operation: MapNode, resolved: readonly ResolvedIo[]): MapNode {
  const put = (list: Node, output: boolean): Node =>
    list.kind !== 'list' ? list : { ...list, items: list.items.map((io) => withDefault(io, output, resolved)) };
  return {
    ...operation,
    entries: operation.entries.map((entry) =>
      entry.key === 'inputs' || entry.key === 'outputs'
        ? { ...entry, value: put(entry.value, entry.key === 'outputs') }
        : entry,
    ),
  };
}

function withDefault(node: Node, output: boolean, resolved: readonly ResolvedIo[]): Node {
  if (node.kind !== 'map') return node;
  const name = node.entries.find((entry) => entry.key === 'name')?.value;
  const io = name?.kind === 'scalar' ? findIo(resolved, String(name.value), output) : undefined;
  if (io === undefined || io.value === null) return node;
  const value = toNode(recordValue(io.value), io.span);
  const others = node.entries.filter((entry) => entry.key !== 'value' && entry.key !== 'isOptional');
  const optional: Node = { kind: 'scalar', value: true, span: io.span };
  return {
    ...node,
    entries: [
      ...others,
      { key: 'isOptional', keySpan: io.span, value: optional },
      { key: 'value', keySpan: io.span, value },
    ],
  };
}

/** A param in its full form, with the value that the parent found. */
export function paramNode(fields: readonly (readonly [string, Value])[], span: Node['span']): MapNode {
  return {
    kind: 'map',
    span,
    entries: fields
      .filter(([key, value]) => key === 'value' || value !== null)
      .map(([key, value]) => ({ key, keySpan: span, value: toNode(value, span) })),
  };
}
