import type { Span } from '../source/span.ts';
import type { Node } from '../source/tree.ts';
import { isList, isMap, type Value } from './value.ts';

/** A tree whose nodes all stand at one place: where the value came from. */
export function toNode(value: Value, span: Span): Node {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, span };
  if (isList(value)) return { kind: 'list', items: value.map((item) => toNode(item, span)), span };
  if (!isMap(value)) return { kind: 'scalar', value: null, span };
  return {
    kind: 'map',
    entries: [...value].map(([key, each]) => ({ key, keySpan: span, value: toNode(each, span) })),
    span,
  };
}
