import type { Span } from './span.ts';

/**
 * A document as the author wrote it, every node with its place.
 *
 * Integers are `bigint` and floats are `number`, so that `2` and `2.0` stay different and no digit is lost
 * (decisions.md 20, trust.md 3.3).
 */
export type Node = ScalarNode | ListNode | MapNode;

export type Scalar = null | boolean | bigint | number | string;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly span: Span;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly span: Span;
}

export interface MapNode {
  readonly kind: 'map';
  /** In the author's order. A key stands once: of duplicates the last one counts (decisions.md 26). */
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
}

/** The value under a key, or undefined. */
export function member(node: MapNode, key: string): Node | undefined {
  return node.entries.find((entry) => entry.key === key)?.value;
}
