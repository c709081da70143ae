import { done, type Outcome } from '../outcome/index.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { toValue } from '../values/from-node.ts';
import type { Value } from '../values/value.ts';
import { byUnits, encodeWire } from '../wire/wire-json.ts';
import { holdsTemplate } from './check-templates.ts';
import type { Checked, TypeChecked } from './drafts.ts';

/**
 * The last offline stage. Operations of a graph are refused by `sanitize` until they are supported, so what arrives here is
 * a single operation without edges; the stage sums it up for whoever stores it.
 */
export function checkGraph(draft: TypeChecked): Outcome<Checked> {
  const { operation, run, runKind } = draft;
  const approved = member(operation, 'isApproved');
  return done({
    ...draft,
    stage: 'graph',
    name: textOf(member(operation, 'name')),
    description: textOf(member(operation, 'description')),
    tags: textsOf(member(operation, 'tags')),
    kind: runKind.name === 'service' ? 'service' : 'job',
    runtime: runKind.name,
    queue: textOf(member(operation, 'queue')),
    namespace: textOf(member(operation, 'namespace')),
    presets: textsOf(member(operation, 'presets')),
    connections: askedConnections(run),
    inputs: literalInputs(draft),
    isApproved: approved?.kind === 'scalar' && typeof approved.value === 'boolean' ? approved.value : null,
    hasTemplates: holdsTemplate(operation),
    content: encodeWire(toValue(operation)),
  });
}

function textOf(node: Node | undefined): string | null {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

function textsOf(node: Node | undefined): readonly string[] {
  return (node?.kind === 'list' ? node.items : []).map(textOf).filter((each) => each !== null);
}

/** Names of connections in `run.connections` and `run.init[].connection` that are no templates. */
function askedConnections(run: MapNode): readonly string[] {
  const init = member(run, 'init');
  const list = member(run, 'connections');
  const nodes = [
    ...(list?.kind === 'list' ? list.items : []),
    ...(init?.kind === 'list' ? init.items : []).map((entry) =>
      entry.kind === 'map' ? member(entry, 'connection') : undefined,
    ),
  ];
  const names = nodes.filter((node) => node !== undefined && !isTemplateNode(node)).map(textOf);
  return [...new Set(names.filter((name) => name !== null))].sort(byUnits);
}

/** Params that hold no template, as the run's record keeps them before compilation; defaults are not among them. */
function literalInputs(draft: TypeChecked): ReadonlyMap<string, Value> {
  const outputs = new Set(draft.ios.filter((io) => io.output).map((io) => io.name));
  const declared = new Set(draft.ios.filter((io) => !io.output).map((io) => io.name));
  const given = [...draft.params.values()].filter(
    (param) => !holdsTemplate(param.value) && (declared.has(param.name) || !outputs.has(param.name)),
  );
  return new Map(given.map((param): [string, Value] => [param.name, toValue(param.value)]));
}
