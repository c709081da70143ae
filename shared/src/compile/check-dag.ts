import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Span } from '../source/span.ts';
import type { CheckedOp, TypeChecked, Upstream } from './drafts.ts';
import { mentionsOf } from './mentions.ts';
import { checkFlow } from './type-flow.ts';

type Op = Omit<CheckedOp, 'upstreams'>;

/**
 * Edges of a dag from dependencies, references and events (decisions.md 48): every end must exist, nothing may lead back to
 * itself, and what flows must fit. Gives the operations in topological order: by level, within one as in the file.
 */
export function checkDag(dag: TypeChecked, ops: readonly Op[], problems: Diagnostic[]): readonly CheckedOp[] {
  const byName = new Map(ops.map((op) => [op.name, op]));
  const linked = ops.map((op) => ({ ...op, ...upstreamsOf(op, byName, problems) }));
  for (const op of linked) checkFlow(dag, op, byName, problems);
  return inOrder(linked, problems);
}

interface Linked extends CheckedOp {
  /** Where each upstream is mentioned first. */
  readonly places: ReadonlyMap<string, Span>;
}

function upstreamsOf(
  op: Op,
  byName: ReadonlyMap<string, Op>,
  problems: Diagnostic[],
): Pick<Linked, 'upstreams' | 'places'> {
  const places = new Map<string, Span>();
  const values = new Map<string, Map<string, string>>();
  const statuses = new Map<string, string[]>();
  for (const mention of mentionsOf(op.draft)) {
    const { name, span } = mention;
    if (!byName.has(name)) {
      problems.push(unknownOp(name, span, byName));
      continue;
    }
    if (!places.has(name)) places.set(name, span);
    if (mention.kind === 'param') {
      const taken = values.get(name) ?? new Map<string, string>();
      values.set(name, taken.set(mention.param, mention.wants));
    }
    if (mention.kind === 'event') statuses.set(name, [...(statuses.get(name) ?? []), ...mention.statuses]);
  }
  const upstreams = [...places.keys()].map(
    (name): Upstream => ({
      name,
      values: values.get(name) ?? new Map<string, string>(),
      statuses: statuses.get(name) ?? [],
      hasEvent: statuses.has(name),
    }),
  );
  return { upstreams, places };
}

function unknownOp(name: string, span: Span, byName: ReadonlyMap<string, Op>): Diagnostic {
  return error('graph/unknown-op', span, `The dag has no operation "${name}".`, {
    hint: didYouMean(name, byName.keys()) ?? `Its operations are: ${[...byName.keys()].slice(0, 10).join(', ')}.`,
  });
}

/** Kahn's algorithm by levels; what is left over stands on a circle or behind one. */
function inOrder(ops: readonly Linked[], problems: Diagnostic[]): readonly CheckedOp[] {
  const waiting = new Map(ops.map((op) => [op.name, op.upstreams.length]));
  const downstream = new Map<string, Linked[]>();
  for (const op of ops)
    for (const { name } of op.upstreams) {
      const list = downstream.get(name);
      if (list === undefined) downstream.set(name, [op]);
      else list.push(op);
    }
  const position = new Map(ops.map((op, at) => [op, at]));
  const ordered: CheckedOp[] = [];
  let level: readonly Linked[] = ops.filter((op) => op.upstreams.length === 0);
  while (level.length > 0) {
    const next: Linked[] = [];
    for (const op of level) {
      ordered.push({ name: op.name, span: op.span, draft: op.draft, upstreams: op.upstreams });
      for (const below of downstream.get(op.name) ?? []) {
        const left = (waiting.get(below.name) ?? 0) - 1;
        waiting.set(below.name, left);
        if (left === 0) next.push(below);
      }
    }
    level = next.sort((left, right) => (position.get(left) ?? 0) - (position.get(right) ?? 0));
  }
  if (ordered.length < ops.length) problems.push(...circles(ops, waiting));
  return ordered;
}

/** One diagnostic for each circle, with its path. */
function circles(ops: readonly Linked[], waiting: ReadonlyMap<string, number>): readonly Diagnostic[] {
  const stuck = new Map(ops.filter((op) => (waiting.get(op.name) ?? 0) > 0).map((op) => [op.name, op]));
  const visited = new Set<string>();
  const problems: Diagnostic[] = [];
  for (const start of stuck.values()) {
    const path: string[] = [];
    const onPath = new Map<string, number>();
    let at: Linked | undefined = start;
    while (at !== undefined && !visited.has(at.name)) {
      visited.add(at.name);
      onPath.set(at.name, path.length);
      path.push(at.name);
      const up: Upstream | undefined = at.upstreams.find(({ name }) => stuck.has(name));
      at = up === undefined ? undefined : stuck.get(up.name);
    }
    const from = at === undefined ? undefined : onPath.get(at.name);
    if (at !== undefined && from !== undefined) problems.push(circle(path.slice(from), stuck));
  }
  return problems;
}

function circle(names: readonly string[], stuck: ReadonlyMap<string, Linked>): Diagnostic {
  const [first = ''] = names;
  const op = stuck.get(first);
  const shown = names.length <= 12 ? names : [...names.slice(0, 6), '…', ...names.slice(-5)];
  const [second = first] = names.slice(1);
  const span = op?.places.get(second) ?? op?.span;
  return error(
    'graph/cycle',
    span ?? { source: { name: '', text: '' }, start: 0, end: 0 },
    `The dag is not acyclic: ${[...shown, first].join(' → ')}, where "→" means "waits for".`,
    {
      hint: 'Take one of these dependencies or references out.',
    },
  );
}
