export { type SourceLimits, sourceLimits } from './limits.ts';
export { readSource } from './read-source.ts';
export { lineText, type Place, placeOf, type SourceFile, type Span } from './span.ts';
export { type ListNode, type MapEntry, type MapNode, member, type Node, type Scalar, type ScalarNode } from './tree.ts';
