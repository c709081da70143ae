import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { member } from '../source/tree.ts';
import { replicaFields } from '../spec/run-patch.ts';
import type { Section } from '../spec/shape.ts';
import { toValue } from '../values/from-node.ts';
import type { Sealed, SealedMap } from '../wire/sealed-spec.ts';
import { byUnits } from '../wire/wire-json.ts';
import type { ResolvedIo, WithConditions } from './drafts.ts';
import type { Facts } from './facts.ts';
import { inOrder, orderedVariables, withOrdered } from './in-order.ts';
import { type Rendering, renderSection } from './render-node.ts';
import { type KnownRuns, withRunNames } from './run-names.ts';
import { initEntries } from './to-init.ts';

/** The run section, and the inputs whose variables stand in it already. */
export interface Body {
  readonly body: SealedMap;
  readonly written: ReadonlySet<ResolvedIo>;
}

/**
 * The run section, rendered as far as stage 1 may. In every pod params with `toInit` become the first init entries (compiler.md
 * 3.8), init entries that fetch artifacts and name no connection mean the agent's own store (3.7), and the author's order is kept.
 */
export function renderBody(
  draft: WithConditions,
  ios: readonly ResolvedIo[],
  facts: KnownRuns & Pick<Facts, 'artifactsStore'>,
  rendering: Rendering,
): Body {
  const { section } = draft.runKind;
  const rendered = renderSection(draft.run, section, rendering);
  const byRole = [...ios].sort((left, right) => Number(left.output) - Number(right.output));
  const added = initEntries(byRole, rendering.problems);
  const store = facts.artifactsStore;
  const complete = onPods(rendered, section, (pod) =>
    withRunNames(inOrder(withInit(store === undefined ? pod : withStore(pod, store), added)), facts),
  );
  const written = orderedVariables(ios, podsOf(complete, section));
  const body = written.length === 0 ? complete : onPods(complete, section, (pod) => withOrdered(pod, written));
  return { body, written: new Set(written) };
}

/** Changes every pod of a body: the run itself, or each of its replicas. */
function onPods(body: SealedMap, section: Section, change: (pod: SealedMap) => SealedMap): SealedMap {
  const replicas = replicaFields(section);
  if (replicas.length === 0) return change(body);
  const changed = new Map(body);
  for (const { name, isNamed } of replicas) {
    const value = body.get(name);
    if (!(value instanceof Map)) continue;
    const ofName = ([key, pod]: [string, Sealed]): [string, Sealed] => [key, pod instanceof Map ? change(pod) : pod];
    changed.set(name, isNamed ? new Map([...value].map(ofName)) : change(value));
  }
  return changed;
}

function withStore(pod: SealedMap, store: string): SealedMap {
  const init = pod.get('init');
  return Array.isArray(init)
    ? new Map(pod).set(
        'init',
        init.map((entry: Sealed) => withConnection(entry, store)),
      )
    : pod;
}

function withConnection(entry: Sealed, store: string): Sealed {
  if (!(entry instanceof Map) || entry.has('connection') || !(entry.has('artifacts') || entry.has('paths')))
    return entry;
  return new Map<string, Sealed>([...entry, ['connection', store]]);
}

function withInit(pod: SealedMap, added: readonly Sealed[]): SealedMap {
  if (added.length === 0) return pod;
  const declared = pod.get('init');
  return new Map(pod).set('init', [...added, ...(Array.isArray(declared) ? declared : [])]);
}

/** The run section as it is written, for runs that do not take place and for parents of other runs. */
export function asWritten(draft: Pick<WithConditions, 'run'>): Body {
  const body = new Map(draft.run.entries.map((entry): [string, Sealed] => [entry.key, toValue(entry.value)]));
  return { body, written: new Set() };
}

/** All connections that a rendered body asks for, each once, sorted; a name that depends on the cluster is reported. */
export function connectionNames(draft: WithConditions, body: SealedMap, problems: Diagnostic[]): readonly string[] {
  const names = new Set<string>();
  for (const name of podsOf(body, draft.runKind.section).flatMap(namedConnections)) {
    if (typeof name === 'string') names.add(name);
    else {
      const node = member(draft.run, 'connections') ?? member(draft.run, 'init') ?? draft.run;
      problems.push(
        error(
          'seal/open-connection',
          node.span,
          'The name of a connection depends on the cluster; it must be known before.',
          {
            hint: 'Use a param for the name.',
          },
        ),
      );
    }
  }
  return [...names].sort(byUnits);
}

/** The pods of a body: the run itself, or its replicas. */
function podsOf(body: SealedMap, section: Section): readonly SealedMap[] {
  const replicas = replicaFields(section);
  if (replicas.length === 0) return [body];
  return replicas.flatMap(({ name, isNamed }) => {
    const value = body.get(name);
    if (!(value instanceof Map)) return [];
    return (isNamed ? [...value.values()] : [value]).filter((pod) => pod instanceof Map);
  });
}

/** The names of connections that the init entries and the list of a pod ask for. */
function namedConnections(pod: SealedMap): readonly Sealed[] {
  const list = pod.get('connections');
  const init = pod.get('init');
  const fromInit = Array.isArray(init)
    ? init.map((entry): Sealed => (entry instanceof Map ? (entry.get('connection') ?? null) : null))
    : [];
  return [...(Array.isArray(list) ? list : []), ...fromInit].filter((each) => each !== null);
}
