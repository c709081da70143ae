import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { member } from '../source/tree.ts';
import { replicaFields } from '../spec/run-patch.ts';
import { type Section, section } from '../spec/shape.ts';
import { toValue } from '../values/from-node.ts';
import type { Sealed, SealedMap } from '../wire/sealed-spec.ts';
import { byUnits } from '../wire/wire-json.ts';
import type { ResolvedIo, WithConditions } from './drafts.ts';
import { type Rendering, renderSection } from './render-node.ts';
import { initEntries } from './to-init.ts';

/** The run section, rendered as far as stage 1 may; params with `toInit` become the first init entries of every pod (compiler.md 3.8). */
export function renderBody(
  draft: WithConditions,
  ios: readonly ResolvedIo[],
  artifactsStore: string | null,
  rendering: Rendering,
): SealedMap {
  const rendered = renderSection(draft.run, draft.runKind.section, rendering);
  const body = artifactsStore === null ? new Map(rendered) : withStore(rendered, draft.runKind.section, artifactsStore);
  const inOrder = [...ios].sort((left, right) => Number(left.output) - Number(right.output));
  const added = initEntries(inOrder, rendering.problems);
  if (added.length === 0) return body;
  const replicas = replicaFields(draft.runKind.section);
  if (replicas.length === 0) return withInit(body, added);
  for (const { name, isNamed } of replicas) {
    const value = body.get(name);
    if (!(value instanceof Map)) continue;
    body.set(
      name,
      isNamed
        ? new Map(
            [...value].map(([key, pod]): [string, Sealed] => [key, pod instanceof Map ? withInit(pod, added) : pod]),
          )
        : withInit(value, added),
    );
  }
  return body;
}

/** Init entries that fetch artifacts and name no connection mean the agent's own store (compiler.md 3.7). */
function withStore(body: SealedMap, section: Section, store: string): Map<string, Sealed> {
  const named = new Map(body);
  const init = body.get('init');
  if (Array.isArray(init))
    named.set(
      'init',
      init.map((entry: Sealed) => withConnection(entry, store)),
    );
  for (const { name, isNamed } of replicaFields(section)) {
    const value = body.get(name);
    if (!(value instanceof Map)) continue;
    named.set(
      name,
      isNamed
        ? new Map(
            [...value].map(([key, pod]): [string, Sealed] => [
              key,
              pod instanceof Map ? withStore(pod, replicaSection, store) : pod,
            ]),
          )
        : withStore(value, replicaSection, store),
    );
  }
  return named;
}

/** A pod has no pods inside. */
const replicaSection: Section = section('replica', {});

function withConnection(entry: Sealed, store: string): Sealed {
  if (!(entry instanceof Map) || entry.has('connection') || !(entry.has('artifacts') || entry.has('paths')))
    return entry;
  return new Map<string, Sealed>([...entry, ['connection', store]]);
}

function withInit(pod: ReadonlyMap<string, Sealed>, added: readonly Sealed[]): Map<string, Sealed> {
  const declared = pod.get('init');
  return new Map(pod).set('init', [...added, ...(Array.isArray(declared) ? declared : [])]);
}

/** The run section as it is written, for runs that do not take place and for parents of other runs. */
export function asWritten(draft: Pick<WithConditions, 'run'>): SealedMap {
  return new Map(draft.run.entries.map((entry): [string, Sealed] => [entry.key, toValue(entry.value)]));
}

/** All connections that a rendered body asks for, each once, sorted; a name that depends on the cluster is reported. */
export function connectionNames(draft: WithConditions, body: SealedMap, problems: Diagnostic[]): readonly string[] {
  const names = new Set<string>();
  const pods = [body, ...podsOf(body, draft.runKind.section)];
  for (const name of pods.flatMap(namedConnections)) {
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

function podsOf(body: SealedMap, section: Section): readonly SealedMap[] {
  return replicaFields(section).flatMap(({ name, isNamed }) => {
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
