import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member } from '../source/tree.ts';
import { closed } from '../template/render.ts';
import { coerce } from '../values/coerce.ts';
import { toValue } from '../values/from-node.ts';
import { plainText } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import type { Io, JoinParam, ResolvedIo, WithJoins, WithParams } from './drafts.ts';
import type { JoinQuery, RunEdge, RunEntity } from './facts.ts';
import { findIo } from './find-io.ts';
import { type Rendering, renderingIn, renderScalar } from './render-node.ts';
import { gather } from './take.ts';
import { typedValue } from './typed-value.ts';

/** A join takes at most so many runs, and so many when it names no limit (compiler.md 3.3). */
const mostRuns = 5000;

/** The queries of an operation's joins, rendered in its globals and params; whoever loads facts asks them in this order. */
export function joinQueries(draft: WithParams): Outcome<readonly JoinQuery[]> {
  const problems: Diagnostic[] = [];
  const rendering = renderingIn(draft.context, problems);
  const queries = draft.joins.map(
    ({ node }): JoinQuery => ({
      query: textAt(node, 'query', rendering),
      sort: textAt(node, 'sort', rendering),
      limit: Math.min(numberAt(node, 'limit', rendering) || mostRuns, mostRuns),
      offset: numberAt(node, 'offset', rendering),
    }),
  );
  return settle(queries, problems);
}

function textAt(node: MapNode, key: string, rendering: Rendering): string {
  const field = member(node, key);
  const value = field?.kind === 'scalar' ? closed(renderScalar(field, rendering)) : undefined;
  return value === undefined || value === null ? '' : plainText(value);
}

function numberAt(node: MapNode, key: string, rendering: Rendering): number {
  const field = member(node, key);
  const value = field?.kind === 'scalar' ? closed(renderScalar(field, rendering)) : undefined;
  if (field === undefined || value === undefined || value === null) return 0;
  const read = coerce(value, 'int', false);
  if (read.ok && typeof read.value === 'bigint' && read.value >= 0n) return Number(read.value);
  rendering.problems.push(
    error(
      'joins/bad-number',
      field.span,
      `"${key}" comes out as "${plainText(value).slice(0, 40)}"; a whole number that is not negative was expected.`,
    ),
  );
  return 0;
}

/**
 * Joins: what queries over runs found, as params (compiler.md 3.3). Every value is a list with one entry for each run, or one
 * set of artifacts; nothing found is an empty list (decisions.md 52). Two joins with a param of the same name add up.
 */
export function resolveJoins(draft: WithParams, found: readonly (readonly RunEntity[])[]): Outcome<WithJoins> {
  if (draft.joins.length === 0) return settle({ ...draft, stage: 'joins' }, []);
  const problems: Diagnostic[] = [];
  const context = draft.growing.copy();
  const rendering = renderingIn(context.growing(), problems);
  const joined = new Map<string, ResolvedIo>();
  const edges: RunEdge[] = [];
  for (const [at, join] of draft.joins.entries()) {
    const runs = found[at] ?? [];
    for (const param of join.params) {
      const io = findIo(draft.ios, param.name);
      const value = added(joined.get(param.name)?.value, gather(runs, param.wants));
      joined.set(param.name, resolvedOf(param, io, typedValue(io, value, param, problems), rendering));
    }
    const values = new Map(join.params.map((param): [string, Value] => [param.name, toValue(param.value)]));
    edges.push(...runs.map(({ uuid }): RunEdge => ({ kind: 'join', upstream: uuid, values })));
  }
  for (const each of joined.values()) context.set(each.name, findIo(draft.ios, each.name), each.value, each.connection);
  const resolved = draft.resolved.map((io) => joined.get(io.name) ?? io);
  const declared = new Set(draft.ios.map((io) => io.name));
  const contexts = [
    ...draft.contexts.filter((io) => !joined.has(io.name)),
    ...[...joined.values()].filter((io) => !declared.has(io.name)),
  ];
  context.setAllArguments([...resolved, ...contexts].map((io) => io.name));
  return settle(
    {
      ...draft,
      stage: 'joins',
      context: context.finished(),
      growing: context,
      resolved,
      contexts,
      edges: [...draft.edges, ...edges],
    },
    problems,
  );
}

/** What two joins gave under the same name. */
function added(former: ResolvedIo['value'] | undefined, value: Value): Value {
  const before = former === undefined ? undefined : closed(former);
  if (before === undefined || before === null || value === null) return value;
  if (isList(before) && isList(value)) return [...before, ...value];
  if (!isMap(before) || !isMap(value)) return value;
  const keys = new Set([...before.keys(), ...value.keys()]);
  return new Map([...keys].map((key): [string, Value] => [key, added(before.get(key) ?? [], value.get(key) ?? [])]));
}

function resolvedOf(
  param: JoinParam,
  io: Io | undefined,
  value: ResolvedIo['value'],
  rendering: Rendering,
): ResolvedIo {
  const node = param.connection ?? io?.connection;
  const connection = node?.kind === 'scalar' ? closed(renderScalar(node, rendering)) : undefined;
  const format = io?.argFormat;
  return {
    name: param.name,
    type: io?.type ?? null,
    isList: io?.isList ?? false,
    isFlag: io?.isFlag ?? false,
    argFormat: format?.kind === 'scalar' && typeof format.value === 'string' ? format.value : null,
    connection: connection === undefined || connection === null ? null : plainText(connection),
    toEnv: param.toEnv ?? io?.toEnv ?? null,
    value,
    output: io?.output ?? false,
    toInit: param.toInit || (io?.toInit ?? false),
    isDeferred: false,
    span: param.span,
  };
}
