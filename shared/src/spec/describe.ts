import type { Node } from '../source/tree.ts';

/** What a node is, for the first half of "… where X was expected". Long texts are cut. */
export function describeNode(node: Node): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.value === null) return 'empty';
  if (typeof node.value === 'string')
    return `the ${isTemplateNode(node) ? 'template' : 'text'} "${node.value.length > 40 ? `${node.value.slice(0, 40)}…` : node.value}"`;
  return typeof node.value === 'boolean' ? String(node.value) : `the number ${String(node.value).slice(0, 40)}`;
}

/** Whether a node is a text that holds a template. */
export function isTemplateNode(node: Node): boolean {
  return (
    node.kind === 'scalar' && typeof node.value === 'string' && (node.value.includes('{{') || node.value.includes('{%'))
  );
}

/** Whether a template is anywhere in a tree. */
export function holdsTemplate(node: Node): boolean {
  if (node.kind === 'scalar') return isTemplateNode(node);
  return node.kind === 'list'
    ? node.items.some(holdsTemplate)
    : node.entries.some((entry) => holdsTemplate(entry.value));
}
