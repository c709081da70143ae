import type { MapNode, Node } from '../source/tree.ts';
import { readQuantity } from '../values/quantity.ts';
import { type Reading, wrong } from './reading.ts';
import type { Shape } from './shape.ts';

/** The fields whose values are quantities; others, such as `claims`, stay as they are. */
const amounts: ReadonlySet<string> = new Set(['requests', 'limits']);

function readResources(node: Node, field: string, reading: Reading): Node {
  if (node.kind !== 'map') return node;
  for (const { key, value } of node.entries)
    if (amounts.has(key) && value.kind === 'map') checkAmounts(value, `${field}.${key}`, reading);
  return node;
}

function checkAmounts(node: MapNode, field: string, reading: Reading): void {
  for (const { key, value } of node.entries) {
    const given = value.kind === 'scalar' ? value.value : null;
    const isAmount =
      ((typeof given === 'bigint' || typeof given === 'number') && given >= 0) ||
      (typeof given === 'string' &&
        (given.includes('{{') || given.includes('{%') || readQuantity(given.trim()) !== null));
    if (isAmount || (value.kind === 'scalar' && given === null)) continue;
    wrong(value, reading, `a quantity for "${field}.${key}"`, 'Write a number with a unit, such as 500m, 2 or 4Gi.');
  }
}

/** CPU, memory and devices of a container, as Kubernetes has them; a quantity that is none is told before anything runs. */
export const resources: Shape = {
  kind: 'custom',
  name: 'resources',
  read: readResources,
  // What is below it is the business of Kubernetes, so editors are told nothing.
  schema: {},
  says: '`requests` and `limits`, each a mapping of quantities such as `500m` or `4Gi`',
};
