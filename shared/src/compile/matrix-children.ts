import { type MapEntry, type MapNode, member } from '../source/tree.ts';
import { toNode } from '../values/to-node.ts';
import type { ValueMap } from '../values/value.ts';
import { type Child, type Children, paramNode, withoutSections, withResolvedDefaults } from './child.ts';
import type { ResolvedIo, WithConditions } from './drafts.ts';
import { plannedMeta } from './meta.ts';
import { recordValue } from './record-value.ts';
import { recordKindOf } from './summary.ts';

/** What concerns the parent of a matrix alone (compiler.md 5). */
const ofParent: ReadonlySet<string> = new Set([
  'matrix',
  'conditions',
  'schedule',
  'events',
  'dependencies',
  'trigger',
  'build',
  'isApproved',
  'skipOnUpstreamSkip',
  'joins',
  'params',
]);

/**
 * One child for each suggestion: the operation with what the parent resolved as defaults, the suggestion as params, and the
 * parent's context params. Children share everything but their params, so that a hundred thousand of them cost little.
 */
export function matrixChildren(draft: WithConditions): Children | null {
  const suggestions = draft.matrix?.suggestions ?? null;
  if (suggestions === null) return null;
  const shared = withResolvedDefaults(withoutSections(draft.operation, ofParent), draft.resolved);
  const contexts = draft.contexts.map((io) => contextEntry(draft, io));
  const record = recordKindOf(draft.runKind.name);
  const meta = plannedMeta({ ...record, runKind: draft.runKind, operation: shared, ops: null });
  const make = (suggestion: ValueMap): Child => ({
    name: draft.name,
    ...record,
    operation: withParams(shared, draft, suggestion, contexts),
    upstreams: [],
    meta,
    scheduleAt: null,
  });
  return {
    kind: 'matrix',
    count: suggestions.count,
    *[Symbol.iterator]() {
      for (const suggestion of suggestions) yield make(suggestion);
    },
  };
}

function withParams(
  shared: MapNode,
  draft: WithConditions,
  suggestion: ValueMap,
  contexts: readonly MapEntry[],
): MapNode {
  const { span } = draft.operation;
  const entries: MapEntry[] = [];
  for (const [name, value] of suggestion) {
    const param = draft.params.get(name);
    const kept = param === undefined ? [] : keptFields(draft, name);
    const given: MapEntry = { key: 'value', keySpan: span, value: toNode(value, span) };
    entries.push({ key: name, keySpan: param?.span ?? span, value: { kind: 'map', entries: [given, ...kept], span } });
  }
  entries.push(...contexts.filter((entry) => !suggestion.has(entry.key)));
  if (entries.length === 0) return shared;
  const params: MapEntry = { key: 'params', keySpan: span, value: { kind: 'map', entries, span } };
  return { ...shared, entries: [...shared.entries, params] };
}

/** What a param of the same name says beside its value stays (compiler.md 5). */
function keptFields(draft: WithConditions, name: string): readonly MapEntry[] {
  const params = member(draft.operation, 'params');
  const param = params?.kind === 'map' ? member(params, name) : undefined;
  return param?.kind === 'map' ? param.entries.filter((entry) => entry.key !== 'value' && entry.key !== 'ref') : [];
}

/** A context param of the parent as a param of its child. */
export function contextEntry(draft: WithConditions, io: ResolvedIo): MapEntry {
  const isContextOnly = draft.params.get(io.name)?.contextOnly ?? null;
  const fields = [
    ['value', recordValue(io.value)],
    ['contextOnly', isContextOnly],
    ['connection', io.connection],
    ['toEnv', io.toEnv],
    ['toInit', io.toInit ? true : null],
  ] as const;
  return { key: io.name, keySpan: io.span, value: paramNode(fields, io.span) };
}
