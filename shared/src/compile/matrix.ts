import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { suggestionsOf } from '../matrix/suggestions.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { holdsTemplate } from '../spec/describe.ts';
import { closed } from '../template/render.ts';
import { toNode } from '../values/to-node.ts';
import { isMap, type Value } from '../values/value.ts';
import { checkMatrix } from './check-matrix.ts';
import type { ExpandedMatrix, WithJoins, WithMatrix } from './drafts.ts';
import type { Facts } from './facts.ts';
import { renderFree, renderingIn } from './render-node.ts';

/**
 * One operation or many children: renders the matrix section, now that params and joins are known, and says what it
 * suggests. A grid, a mapping and a random search are expanded here, lazily; kinds that learn from their former children
 * get their suggestions as facts (compiler.md 5).
 */
export function expandMatrix(draft: WithJoins, facts: Pick<Facts, 'suggestions'>): Outcome<WithMatrix> {
  const node = member(draft.operation, 'matrix');
  // Under a schedule each tick has a matrix of its own, which its child expands.
  if (node?.kind !== 'map' || draft.kind === 'schedule') return settle({ ...draft, stage: 'matrix', matrix: null }, []);
  const problems: Diagnostic[] = [];
  const matrix = expanded(draft, node, facts, problems);
  return settle({ ...draft, stage: 'matrix', matrix }, problems);
}

function expanded(
  draft: WithJoins,
  node: MapNode,
  facts: Pick<Facts, 'suggestions'>,
  problems: Diagnostic[],
): ExpandedMatrix | null {
  const section = closed(renderFree(node, renderingIn(draft.context, problems)));
  if (section === undefined || section === null || !isMap(section) || problems.length > 0) return null;
  // What came out of templates meets its types only now; the rest was checked before.
  if (holdsTemplate(node)) problems.push(...checkMatrix(rewritten(node, section), draft.ios));
  const given = suggestionsOf(section, seedOf(draft.runFacts.uuid));
  if (given === null) {
    const { suggestions } = facts;
    return {
      section,
      suggestions:
        suggestions === undefined
          ? null
          : { count: suggestions.length, [Symbol.iterator]: () => suggestions[Symbol.iterator]() },
    };
  }
  if (!('message' in given)) return { section, suggestions: given };
  problems.push(error(given.code, placeOf(node, given.path), given.message, { hint: given.hint }));
  return null;
}

/** The seed of a random search that has none of its own: another one for each run, and the same for a run that starts again. */
function seedOf(uuid: string): number {
  const seed = Number.parseInt(uuid.replaceAll('-', '').slice(0, 8), 16);
  return Number.isNaN(seed) ? 0 : seed;
}

/** The rendered section with the places of the written one; what a template gave stands where the template does. */
function rewritten(node: Node, value: Value): Node {
  if (node.kind !== 'map' || value === null || !isMap(value)) return toNode(value, node.span);
  return {
    ...node,
    entries: node.entries.map((entry) => ({ ...entry, value: rewritten(entry.value, value.get(entry.key) ?? null) })),
  };
}

/** The place of the deepest node of a path that is there. */
function placeOf(node: Node, path: readonly string[]): Node['span'] {
  const [first, ...rest] = path;
  if (first === undefined) return node.span;
  const inner =
    node.kind === 'map' ? member(node, first) : node.kind === 'list' ? node.items[Number(first)] : undefined;
  return inner === undefined ? node.span : placeOf(inner, rest);
}
