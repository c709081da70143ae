import { type MapNode, member, type Node } from '../source/tree.ts';
import { holdsTemplate, isTemplateNode } from '../spec/describe.ts';
import { replicaOf } from '../spec/run-patch.ts';
import { toValue } from '../values/from-node.ts';
import type { Value } from '../values/value.ts';
import { byUnits } from '../wire/wire-json.ts';
import type { Checked, RecordKind, TypeChecked } from './drafts.ts';

/** What a checked operation says about itself, read off its sections. */
export type Summary = Pick<
  Checked,
  | 'name'
  | 'description'
  | 'tags'
  | 'kind'
  | 'runtime'
  | 'queue'
  | 'namespace'
  | 'presets'
  | 'connections'
  | 'inputs'
  | 'isApproved'
  | 'hasTemplates'
>;

export function summaryOf(draft: TypeChecked): Summary {
  const { operation } = draft;
  const approved = member(operation, 'isApproved');
  return {
    name: textOf(member(operation, 'name')),
    description: textOf(member(operation, 'description')),
    tags: [...new Set(textsOf(member(operation, 'tags')))],
    ...recordOf(draft),
    queue: textOf(member(operation, 'queue')),
    namespace: textOf(member(operation, 'namespace')),
    presets: textsOf(member(operation, 'presets')),
    connections: askedConnections(draft),
    inputs: literalInputs(draft),
    isApproved: approved?.kind === 'scalar' && typeof approved.value === 'boolean' ? approved.value : null,
    hasTemplates:
      operation.entries.some((entry) => entry.key !== 'run' && holdsTemplate(entry.value)) ||
      (draft.ops === null && holdsTemplate(draft.run)),
  };
}

const services: ReadonlySet<string> = new Set(['service', 'raycluster', 'daskcluster']);

/** Kind and runtime of the record: a schedule wins over a matrix, that over the run (compiler.md 1.5). */
function recordOf(draft: TypeChecked): { kind: RecordKind; runtime: string } {
  for (const kind of ['schedule', 'matrix'] as const) {
    const section = member(draft.operation, kind);
    if (section?.kind === 'map') return { kind, runtime: textOf(member(section, 'kind')) ?? kind };
  }
  return recordKindOf(draft.runKind.name);
}

/** Kind and runtime of the record of a run that is neither scheduled nor a matrix. */
export function recordKindOf(runKind: string): { readonly kind: RecordKind; readonly runtime: string } {
  return { kind: runKind === 'dag' ? 'dag' : services.has(runKind) ? 'service' : 'job', runtime: runKind };
}

function textOf(node: Node | undefined): string | null {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : null;
}

function textsOf(node: Node | undefined): readonly string[] {
  return (node?.kind === 'list' ? node.items : []).map(textOf).filter((each) => each !== null);
}

/** Names of connections in `connections` and `init[].connection` of the run or its replicas that are no templates; sorted. */
function askedConnections({ run, runKind }: TypeChecked): readonly string[] {
  const names = new Set<string>();
  for (const part of podsOf(run, runKind.section.fields)) {
    const list = member(part, 'connections');
    const init = member(part, 'init');
    for (const item of list?.kind === 'list' ? list.items : []) addName(names, item);
    for (const entry of init?.kind === 'list' ? init.items : [])
      if (entry.kind === 'map') addName(names, member(entry, 'connection'));
  }
  return names.size < 2 ? [...names] : [...names].sort(byUnits);
}

/** The run itself, and each of its replicas. */
function podsOf(run: MapNode, fields: ReadonlyMap<string, Parameters<typeof replicaOf>[0]>): readonly MapNode[] {
  const pods: MapNode[] = [run];
  for (const { key, value } of run.entries) {
    const shape = fields.get(key);
    if (value.kind !== 'map' || shape === undefined || replicaOf(shape) === undefined) continue;
    const named = shape.kind === 'map' ? value.entries.map((entry) => entry.value) : [value];
    pods.push(...named.filter((node) => node.kind === 'map'));
  }
  return pods;
}

function addName(names: Set<string>, node: Node | undefined): void {
  const name = node === undefined || isTemplateNode(node) ? null : textOf(node);
  if (name !== null) names.add(name);
}

/** Params that are given as values, as the run's record keeps them before compilation; defaults are not among them (compiler.md 2.5). */
function literalInputs({ params }: TypeChecked): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const param of params.values()) if (param.reference === null) values.set(param.name, toValue(param.value));
  return values;
}
