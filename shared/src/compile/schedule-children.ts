import { error } from '../diagnostics/diagnostic.ts';
import { nextScheduleAt } from '../schedule/next-schedule-at.ts';
import { scheduleProblem } from '../schedule/schedule-problem.ts';
import { type MapNode, member } from '../source/tree.ts';
import { holdsTemplate } from '../spec/describe.ts';
import { closed } from '../template/render.ts';
import { isMap } from '../values/value.ts';
import { type Child, type Children, withoutSections, withResolvedDefaults } from './child.ts';
import type { WithConditions } from './drafts.ts';
import type { ScheduleFacts } from './facts.ts';
import { contextEntry } from './matrix-children.ts';
import { plannedMeta } from './meta.ts';
import { type Rendering, renderFree } from './render-node.ts';
import { recordKindOf } from './summary.ts';

/** What concerns the parent of a schedule alone (compiler.md 1.7). */
const ofParent: ReadonlySet<string> = new Set([
  'schedule',
  'conditions',
  'events',
  'dependencies',
  'trigger',
  'build',
  'skipOnUpstreamSkip',
  'params',
]);

/** The next child of a schedule, or none when it is over: one for each tick, made when the one before is known (compiler.md 1.7). */
export function scheduleChildren(draft: WithConditions, past: ScheduleFacts, rendering: Rendering): Children | null {
  const node = member(draft.operation, 'schedule');
  if (node === undefined) return null;
  const schedule = closed(renderFree(node, rendering));
  if (schedule === undefined || schedule === null || !isMap(schedule)) return null;
  const problem = holdsTemplate(node) ? scheduleProblem(schedule) : undefined;
  if (problem !== undefined) {
    rendering.problems.push(error(problem.code, node.span, problem.message, { hint: problem.hint }));
    return null;
  }
  const next = nextScheduleAt(schedule, { createdAt: draft.runFacts.createdAt, ...past });
  const children = next.kind === 'over' ? [] : [childAt(draft, next.at)];
  return { kind: 'schedule', count: children.length, [Symbol.iterator]: () => children[Symbol.iterator]() };
}

function childAt(draft: WithConditions, scheduleAt: string): Child {
  const base = withResolvedDefaults(withoutSections(draft.operation, ofParent), draft.resolved);
  const record = recordOf(draft, base);
  return {
    name: draft.name,
    ...record,
    operation: withContexts(base, draft),
    upstreams: [],
    meta: plannedMeta({ ...record, runKind: draft.runKind, operation: base, ops: null }),
    scheduleAt,
  };
}

/** A schedule of a matrix has a matrix at each tick. */
function recordOf(draft: WithConditions, operation: MapNode): Pick<Child, 'kind' | 'runtime'> {
  const matrix = member(operation, 'matrix');
  const kind = matrix?.kind === 'map' ? member(matrix, 'kind') : undefined;
  return kind?.kind === 'scalar' ? { kind: 'matrix', runtime: String(kind.value) } : recordKindOf(draft.runKind.name);
}

function withContexts(operation: MapNode, draft: WithConditions): MapNode {
  const entries = draft.contexts.map((io) => contextEntry(draft, io));
  if (entries.length === 0) return operation;
  const { span } = operation;
  return {
    ...operation,
    entries: [...operation.entries, { key: 'params', keySpan: span, value: { kind: 'map', entries, span } }],
  };
}
