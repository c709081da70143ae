import { didYouMean } from '../diagnostics/suggest.ts';
import type { Node, Scalar, ScalarNode } from '../source/tree.ts';
import { parseFloatText } from '../values/numbers.ts';
import { booleanWord } from '../values/words.ts';
import { numberHint, sourceOf } from './hints.ts';
import { type Reading, wrong } from './reading.ts';
import type { Shape } from './shape.ts';

/** A text, one of those that its field takes. */
export function readText(node: Node, shape: Extract<Shape, { kind: 'text' }>, field: string, reading: Reading): Node {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const hint = node.kind === 'scalar' ? `Write it in quotes: ${field}: "${sourceOf(node)}".` : undefined;
    return wrong(node, reading, `a text for "${field}"`, hint);
  }
  if (shape.oneOf !== undefined && !shape.oneOf.includes(node.value)) {
    const hint =
      didYouMean(node.value, shape.oneOf) ??
      (shape.code === 'sanitize/unknown-file-kind' ? 'What is run stands in "run: {kind: …}".' : undefined);
    const words = shape.oneOf.map((word) => `"${word}"`).join(', ');
    return wrong(node, reading, `one of ${words} for "${field}"`, hint, shape.code);
  }
  return shape.pattern === undefined || shape.pattern.test(node.value)
    ? node
    : wrong(node, reading, `${shape.says ?? 'another text'} for "${field}"`);
}

const scalarNames = { int: 'a whole number', float: 'a number', bool: 'true or false' } as const;

/** A number or boolean, strictly of its kind (compiler.md 1.1). */
export function readScalar(
  node: Node,
  shape: Extract<Shape, { kind: 'int' | 'float' | 'bool' }>,
  field: string,
  reading: Reading,
): Node {
  const { kind, orRef, least } = shape;
  const value = node.kind === 'scalar' ? strictScalar(node, kind) : undefined;
  if (value === undefined)
    return wrong(
      node,
      reading,
      `${scalarNames[kind]}${orRef ? ' or a template' : ''} for "${field}"`,
      kind === 'bool' ? undefined : numberHint(node, field),
    );
  if (least !== undefined && (typeof value === 'bigint' || typeof value === 'number') && value < least)
    return wrong(node, reading, `a number of at least ${least} for "${field}"`);
  return node.kind === 'scalar' && value === node.value ? node : { kind: 'scalar', value, span: node.span };
}

function strictScalar(node: ScalarNode, kind: 'int' | 'float' | 'bool'): Scalar | undefined {
  const { value } = node;
  if (kind === 'int') return typeof value === 'bigint' ? value : undefined;
  if (kind === 'float')
    return typeof value === 'bigint' || typeof value === 'number'
      ? value
      : typeof value === 'string'
        ? parseFloatText(value)
        : undefined;
  if (typeof value === 'boolean') return value;
  if (value === 1n || value === 0n) return value === 1n;
  return typeof value === 'string' ? booleanWord(value) : undefined;
}

/** A text, or a number, which becomes its text when it is rendered; `true` would have several. */
export function readArgument(node: Node, field: string, reading: Reading): Node {
  if (node.kind === 'scalar' && typeof node.value !== 'boolean') return node;
  const quoted = node.kind === 'scalar' ? `Write it in quotes: "${sourceOf(node)}".` : undefined;
  return wrong(node, reading, `a text in "${field}"`, quoted);
}
