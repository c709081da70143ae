import { type MapNode, member } from '../source/tree.ts';
import { closed } from '../template/render.ts';
import { isList, type Value, type ValueMap } from '../values/value.ts';
import type { Sealed, SealedMap } from '../wire/sealed-spec.ts';
import type { Checked, RecordKind, WithConditions } from './drafts.ts';
import { recordKindOf } from './summary.ts';

/** Facts of a compiled run that lists and clients show: what its children are, its ports, its limits (compiler.md 1.5). */
export function metaOf(draft: WithConditions, sections: ReadonlyMap<string, Sealed>, body: SealedMap): ValueMap {
  const meta = new Map(plannedMeta(draft));
  const put = (name: string, value: Value): void => {
    if (value !== null && value !== false) meta.set(name, value);
  };
  const parent = parentSection(draft);
  put('concurrency', concurrencyOf(parent, sections));
  const stopping = parent === null ? undefined : member(parent, 'earlyStopping');
  put('has_early_stopping', stopping?.kind === 'list' && stopping.items.length > 0);
  const termination = sections.get('termination');
  put('ttl', termination instanceof Map ? (closed(termination.get('ttl') ?? null) ?? null) : null);
  if (draft.kind === 'service' && draft.runKind.name === 'service') {
    const ports = closed(body.get('ports') ?? null) ?? null;
    put('ports', ports !== null && isList(ports) && ports.length > 0 ? ports : null);
    put('rewrite_path', closed(body.get('rewritePath') ?? null) === true);
    put('is_external', closed(body.get('isExternal') ?? null) === true);
  }
  return meta;
}

type Planned = Pick<Checked, 'kind' | 'runKind' | 'operation' | 'ops'>;

/** What is known of a run before it is compiled: of what kinds its children will be, and whether anything follows it. */
export function plannedMeta(draft: Planned): ValueMap {
  const kinds = [...childKinds(draft)].map((kind) => (kind === 'matrix' ? 'has_matrices' : `has_${kind}s`));
  const hooks = member(draft.operation, 'hooks');
  if (hooks?.kind === 'list' && hooks.items.length > 0) kinds.push('has_hooks');
  return new Map(kinds.map((name) => [name, true]));
}

/** The kinds of the runs that this one will make. */
function childKinds(draft: Planned): ReadonlySet<Exclude<RecordKind, 'schedule'>> {
  const own = recordKindOf(draft.runKind.name).kind;
  const kinds = new Set<Exclude<RecordKind, 'schedule'>>();
  const add = (kind: RecordKind): void => {
    if (kind !== 'schedule') kinds.add(kind);
  };
  if (draft.kind === 'schedule') add(member(draft.operation, 'matrix') === undefined ? own : 'matrix');
  else if (draft.kind === 'matrix') add(own);
  else for (const op of draft.ops ?? []) add(op.draft.kind);
  return kinds;
}

/** As the matrix has it once its templates are filled. */
function concurrencyOf(parent: MapNode | null, sections: ReadonlyMap<string, Sealed>): Value {
  const matrix = sections.get('matrix');
  if (matrix instanceof Map && matrix.has('concurrency')) return closed(matrix.get('concurrency') ?? null) ?? null;
  const own = parent === null ? undefined : member(parent, 'concurrency');
  return own?.kind === 'scalar' ? own.value : null;
}

/** The section that says how children are run: the matrix, or the dag itself. */
function parentSection(draft: WithConditions): MapNode | null {
  const matrix = draft.kind === 'matrix' ? member(draft.operation, 'matrix') : undefined;
  return matrix?.kind === 'map' ? matrix : draft.kind === 'dag' ? draft.run : null;
}
