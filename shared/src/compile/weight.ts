import type { Node } from '../source/tree.ts';

/** How many nodes trees have, each root counted once however often it is asked for. */
export class Weights {
  readonly #known = new Map<Node, number>();

  of(root: Node | undefined): number {
    if (root === undefined) return 0;
    const known = this.#known.get(root);
    if (known !== undefined) return known;
    const weight = count(root);
    this.#known.set(root, weight);
    return weight;
  }
}

function count(node: Node): number {
  if (node.kind === 'scalar') return 1;
  let sum = 1;
  if (node.kind === 'list') for (const item of node.items) sum += count(item);
  else for (const entry of node.entries) sum += count(entry.value);
  return sum;
}
