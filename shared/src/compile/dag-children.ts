import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { holdsTemplate } from '../spec/describe.ts';
import { layerSection } from '../spec/layer.ts';
import { patch, patchSection } from '../spec/merge.ts';
import { spreadToReplicas } from '../spec/run-patch.ts';
import { closed } from '../template/render.ts';
import { toNode } from '../values/to-node.ts';
import type { Value, ValueMap } from '../values/value.ts';
import type { Child, Children } from './child.ts';
import type { CheckedOp, WithConditions } from './drafts.ts';
import type { RunEntity } from './facts.ts';
import { withEntry } from './merge-layers.ts';
import { plannedMeta } from './meta.ts';
import { wishText } from './read-reference.ts';
import { recordValue } from './record-value.ts';
import { type Rendering, renderFree } from './render-node.ts';
import { take } from './take.ts';

/** What a dag hands down to its operations; their own settings win (compiler.md 4.4). */
const handedDown = ['cache', 'termination', 'plugins', 'queue'];
const handedDownOfRun = ['environment', 'connections', 'volumes'];

/**
 * The operations of a dag as runs, each behind those that it waits for: settings handed down, params that refer to the dag
 * bound to its values. References to other operations stay, since those have no values yet (compiler.md 4.4).
 */
export function dagChildren(draft: WithConditions, ops: readonly CheckedOp[], rendering: Rendering): Children {
  const dag = entityOf(draft);
  const inherited = inheritedOf(draft, rendering);
  const watched = new Set(ops.flatMap((op) => op.upstreams.filter((up) => up.hasEvent).map((up) => up.name)));
  return {
    kind: 'dag',
    count: ops.length,
    *[Symbol.iterator]() {
      for (const op of ops) {
        const { draft: own, upstreams } = op;
        yield {
          name: op.name,
          kind: own.kind,
          runtime: own.runtime,
          operation: bound(withInherited(own.operation, inherited, own.runKind.section), op, dag, []),
          upstreams,
          meta: childMeta(op, watched),
          scheduleAt: null,
        } satisfies Child;
      }
    },
  };
}

function childMeta({ name, draft }: CheckedOp, watched: ReadonlySet<string>): ValueMap {
  // What a dag makes is known of it once it is compiled itself.
  const planned = plannedMeta({ ...draft, ops: null });
  return watched.has(name) ? new Map([...planned, ['has_downstream_events_trigger', true]]) : planned;
}

/** What operations ask of the dag and it does not have, each at its place. */
export function bindingProblems(draft: WithConditions, ops: readonly CheckedOp[]): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  const dag = entityOf(draft);
  for (const op of ops) bound(op.draft.operation, op, dag, problems);
  return problems;
}

interface Inherited {
  readonly sections: readonly MapEntry[];
  readonly run: MapNode | null;
}

function inheritedOf(draft: WithConditions, rendering: Rendering): Inherited {
  const sections = draft.operation.entries.filter((entry) => handedDown.includes(entry.key));
  const entries = draft.run.entries.filter((entry) => handedDownOfRun.includes(entry.key));
  return {
    sections: sections.map((entry) => ({ ...entry, value: filled(entry.value, rendering) })),
    run:
      entries.length === 0
        ? null
        : {
            kind: 'map',
            span: draft.run.span,
            entries: entries.map((entry) => ({ ...entry, value: filled(entry.value, rendering) })),
          },
  };
}

/** A section in the dag's own context, since its children have another one; what only the agent knows stays as written. */
function filled(node: Node, rendering: Rendering): Node {
  if (!holdsTemplate(node)) return node;
  const value = closed(renderFree(node, rendering));
  return value === undefined ? node : toNode(value, node.span);
}

function withInherited(
  operation: MapNode,
  inherited: Inherited,
  section: CheckedOp['draft']['runKind']['section'],
): MapNode {
  let result = operation;
  for (const { key, value } of inherited.sections) {
    const shape = layerSection.fields.get(key);
    const merged = shape === undefined ? undefined : patch(member(result, key), value, 'pre_merge', shape);
    if (merged !== undefined) result = withEntry(result, key, merged);
  }
  const run = member(result, 'run');
  if (inherited.run === null || run?.kind !== 'map') return result;
  return withEntry(
    result,
    'run',
    patchSection(run, spreadToReplicas(inherited.run, run, section), 'pre_merge', section),
  );
}

function bound(operation: MapNode, { draft, name }: CheckedOp, dag: RunEntity, problems: Diagnostic[]): MapNode {
  const params = member(operation, 'params');
  if (params?.kind !== 'map' || ![...draft.params.values()].some((param) => param.reference?.of.kind === 'dag'))
    return operation;
  const entries = params.entries.map((entry): MapEntry => {
    const reference = draft.params.get(entry.key)?.reference;
    if (reference?.of.kind !== 'dag' || entry.value.kind !== 'map') return entry;
    const value = take(dag, reference.wants);
    const at = member(entry.value, 'value')?.span ?? entry.keySpan;
    if (value === undefined)
      problems.push(
        error(
          'references/no-such-value',
          at,
          `"${wishText(reference.wants)}" of "${name}" is nothing that the dag has.`,
          {
            hint: 'Declare it as an input of the dag.',
          },
        ),
      );
    const kept = entry.value.entries.filter((field) => field.key !== 'ref' && field.key !== 'value');
    const given: MapEntry = { key: 'value', keySpan: entry.keySpan, value: toNode(value ?? null, at) };
    return { ...entry, value: { ...entry.value, entries: [given, ...kept] } };
  });
  return withEntry(operation, 'params', { ...params, entries });
}

/** The dag as its operations see it: its values are known, its end is not. */
function entityOf(draft: WithConditions): RunEntity {
  const { runFacts: run } = draft;
  const values = (ios: WithConditions['resolved']): ValueMap =>
    new Map(ios.map((io): [string, Value] => [io.name, recordValue(io.value)]));
  return {
    uuid: run.uuid,
    name: run.name,
    owner: run.owner,
    project: run.project,
    projectUuid: run.projectUuid,
    kind: run.kind,
    runtime: run.runtime,
    status: 'created',
    condition: null,
    namespace: run.namespace,
    inputs: values([...draft.resolved.filter((io) => !io.output), ...draft.contexts]),
    outputs: values(draft.resolved.filter((io) => io.output)),
    artifacts: [],
    iteration: null,
    createdAt: run.createdAt,
    compiledAt: run.compiledAt,
    scheduleAt: null,
    startedAt: null,
    finishedAt: null,
    duration: null,
    cloningKind: null,
    originalUuid: null,
  };
}
