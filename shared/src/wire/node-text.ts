import type { Node } from '../source/tree.ts';
import { encodeWire } from './wire-json.ts';

/**
 * A tree as JSON text with exact numbers, in the author's order: order means something in an operation (params, a grid's
 * axes), so its stored text is not canonical. `readSource` reads it back to an equal tree.
 */
export function nodeText(node: Node): string {
  if (node.kind === 'scalar') return encodeWire(node.value);
  if (node.kind === 'list') {
    let text = '[';
    for (const [at, item] of node.items.entries()) text += at === 0 ? nodeText(item) : `,${nodeText(item)}`;
    return `${text}]`;
  }
  let text = '{';
  let isFirst = true;
  for (const entry of node.entries) {
    text += `${isFirst ? '' : ','}${JSON.stringify(entry.key)}:${nodeText(entry.value)}`;
    isFirst = false;
  }
  return `${text}}`;
}
