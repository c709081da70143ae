import type { Node } from '../source/tree.ts';
import { isTemplateNode } from './describe.ts';
import type { Section, Shape } from './shape.ts';

/** Shown in full, a longer list of fields says less than the reference page. */
const mostFields = 15;

/** For a field that a section does not have: the sections inside that do, which is how wrong indentation shows. */
export function belowHint(key: string, section: Section): string | undefined {
  const owners = [...section.fields].filter(([, shape]) => sectionIn(shape)?.spellings.has(key) === true);
  const names = owners.slice(0, 3).map(([name]) => `"${name}"`);
  return names.length === 0 ? undefined : `Put it below ${names.join(' or ')}, with more blanks before it.`;
}

function sectionIn(shape: Shape): Section | undefined {
  return shape.kind === 'section' || shape.kind === 'kubernetes' ? shape.section : undefined;
}

export function fieldsHint(fields: readonly string[]): string | undefined {
  return fields.length <= mostFields ? `Known fields: ${fields.join(', ')}.` : undefined;
}

/** For something else where a list was expected: how it becomes one. */
export function listHint(node: Node): string | undefined {
  if (node.kind === 'map') return 'Begin each item with "- ".';
  return node.kind === 'scalar' && node.value !== null && !isTemplateNode(node)
    ? `Write it as a list: [${sourceOf(node)}].`
    : undefined;
}

/** For something else where a mapping was expected; `field`: one that could stand in it. */
export function mappingHint(node: Node, field?: string): string | undefined {
  if (node.kind === 'list') return 'Take the "- " or the brackets away.';
  if (field === undefined || node.kind === 'map' || node.value === null || isTemplateNode(node)) return undefined;
  return `Write names and values, such as {${field}: …}.`;
}

/** For a whole number in quotes. */
export function numberHint(node: Node, field: string): string | undefined {
  return node.kind === 'scalar' && typeof node.value === 'string' && /^[+-]?\d+$/.test(node.value)
    ? `Write it without quotes: ${field}: ${node.value}.`
    : undefined;
}

/** What stands in the file. */
export function sourceOf({ span }: Node): string {
  return span.source.text.slice(span.start, span.end);
}
