import { error } from '../diagnostics/diagnostic.ts';
import type { Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { layerSection } from '../spec/layer.ts';
import { Fault } from '../template/fault.ts';
import { closed } from '../template/render.ts';
import { parseTemplate } from '../template/template.ts';
import { toValue } from '../values/from-node.ts';
import type { Value, ValueMap } from '../values/value.ts';
import type { Sealed } from '../wire/sealed-spec.ts';
import type { WithConditions } from './drafts.ts';
import { type Rendering, renderShape } from './render-node.ts';

/** What stages of their own have read, and what says nothing about the run that is compiled. */
const decidedElsewhere: ReadonlySet<string> = new Set([
  'version',
  'strictParams',
  'params',
  'inputs',
  'outputs',
  'run',
  'conditions',
  'matrix',
  'joins',
  'events',
  'template',
]);

/** Sections that are filled later, with what is known then: hooks at the end of the run, a build by its own run. */
const filledLater: ReadonlySet<string> = new Set(['hooks', 'build']);

/**
 * The sections beside the run, rendered by their shapes (compiler.md 3.7). On the parent of a matrix, one that mentions what
 * only its children know stays as written, since they have it too (decisions.md 18).
 */
export function renderSections(draft: WithConditions, rendering: Rendering): ReadonlyMap<string, Sealed> {
  const sections = new Map<string, Sealed>();
  const deferred = deferredNames(draft);
  for (const entry of draft.operation.entries) {
    const shape = layerSection.fields.get(entry.key);
    if (shape === undefined || decidedElsewhere.has(entry.key)) continue;
    if (filledLater.has(entry.key) || (deferred.size > 0 && mentions(entry.value, deferred))) {
      sections.set(entry.key, toValue(entry.value));
      continue;
    }
    const value = renderShape(entry.value, shape, entry.key, rendering);
    if (entry.key !== 'plugins' && closed(value) === undefined) {
      rendering.problems.push(
        error(
          'template/agent-name-too-early',
          entry.value.span,
          `"${entry.key}" mentions a value that is known only in the cluster, but it is decided before.`,
          { hint: 'Use a param or one of the other globals.' },
        ),
      );
    } else if (value !== null) sections.set(entry.key, value);
  }
  return sections;
}

/** Names that only the children of a matrix have. */
export function deferredNames(
  draft: Pick<WithConditions, 'matrixNames' | 'resolved' | 'contexts'>,
): ReadonlySet<string> {
  const deferred = [...draft.resolved, ...draft.contexts].filter((io) => io.isDeferred).map((io) => io.name);
  return new Set([...draft.matrixNames, ...deferred]);
}

/** Whether a template somewhere in a tree mentions one of the names, itself or below `params`. */
export function mentions(node: Node, names: ReadonlySet<string>): boolean {
  if (node.kind === 'list') return node.items.some((item) => mentions(item, names));
  if (node.kind === 'map') return node.entries.some((entry) => mentions(entry.value, names));
  if (!isTemplateNode(node)) return false;
  const template = parseTemplate(String(node.value));
  if (template instanceof Fault) return false;
  return template.uses.some(
    ({ path: [root = '', second = ''] }) => names.has(root) || (root === 'params' && names.has(second)),
  );
}

/** The sections that are plain values, as the record of the run keeps them. */
export function closedSections(sections: ReadonlyMap<string, Sealed>): ValueMap {
  const values = new Map<string, Value>();
  for (const [name, sealed] of sections) {
    const value = closed(sealed);
    if (value !== undefined && name !== 'plugins') values.set(name, value);
  }
  return values;
}
