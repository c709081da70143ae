import { error } from '../diagnostics/diagnostic.ts';
import type { MapNode, Node } from '../source/tree.ts';
import { isTemplateNode } from './describe.ts';
import { emptyItem, type Reading, wrong } from './reading.ts';
import type { Shape } from './shape.ts';

/** Variables of an image: their order counts, since one may mention those above it (compiler.md 1.5). */
export const dockerfileVariables: Shape = {
  kind: 'custom',
  name: 'dockerfileVariables',
  read: (node, field, reading) =>
    readVariables(node, field, reading, (item) => {
      if (item.kind === 'list' && item.items.length === 2) return;
      wrong(item, reading, `a pair for "${field}"`, 'Write it as [NAME, value].');
    }),
  schema: {
    anyOf: [
      { type: 'object' },
      { type: 'array', items: { anyOf: [{ type: 'array', minItems: 2, maxItems: 2 }, { type: 'object' }] } },
      { type: 'string', pattern: '\\{\\{|\\{%' },
    ],
  },
  says: 'a mapping of names and values, or a list of `[name, value]`',
};

/** Variables of a container: as Kubernetes lists them, or a mapping. What has no name would be taken for something else. */
export const containerVariables: Shape = {
  kind: 'custom',
  name: 'containerVariables',
  read: (node, field, reading) =>
    readVariables(node, field, reading, (item) => {
      if (isTemplateNode(item)) return;
      wrong(item, reading, `a variable for "${field}"`, 'Write it as {name: A, value: …}.');
    }),
  schema: {
    anyOf: [
      { type: 'object' },
      {
        type: 'array',
        items: { anyOf: [{ type: 'object' }, { type: 'string', pattern: '\\{\\{|\\{%' }] },
      },
      { type: 'string', pattern: '\\{\\{|\\{%' },
    ],
  },
  says: 'a list of `{name, value}` or `{name, valueFrom}`, or a mapping of names and values',
};

/** Reads what both forms share; `other` is for items of a list that are no mappings. */
function readVariables(node: Node, field: string, reading: Reading, other: (item: Node) => void): Node {
  if (node.kind === 'map' || isTemplateNode(node)) return node;
  if (node.kind !== 'list') return wrong(node, reading, `names and values for "${field}"`);
  for (const item of node.items) {
    if (item.kind === 'scalar' && item.value === null) emptyItem(item, field, reading);
    else if (item.kind === 'map') hasName(item, field, reading);
    else other(item);
  }
  return node;
}

/** `{nme: A, value: 1}` would be two variables, `nme` and `value`. */
function hasName({ entries, span }: MapNode, field: string, reading: Reading): void {
  const isLong = entries.some(({ key }) => key === 'value' || key === 'valueFrom');
  if (!isLong || entries.some(({ key }) => key === 'name')) return;
  reading.problems.push(
    error('sanitize/missing-field', { ...span, end: span.start + 1 }, `An item of "${field}" has no "name".`, {
      hint: 'Add "name: …".',
    }),
  );
}
