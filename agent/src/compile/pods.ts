import { isMap, type ValueMap } from '@tandem/shared/values';
import type { Catalogue, Connection } from './catalogue.ts';
import type { PluginsPlan, RunKind } from './pod-plan.ts';
import { mapAt, mapsAt, textAt, textsAt } from './reading.ts';
import { dnsLabel, shortHash } from './slug.ts';

/** One pod template of a run, with what it asks for (agent-and-kubernetes.md 1.3). */
export interface PodDraft {
  readonly role: string;
  /** The author's name of a group of workers (ray); null elsewhere. */
  readonly group: string | null;
  readonly section: ValueMap;
  /** The main container's connections, in the order of the file, the artifacts store behind them where it uses it itself. */
  readonly connections: readonly Connection[];
}

/** Roles of the kinds of several pods, the leading one first. */
const rolesOf: Readonly<Partial<Record<RunKind, readonly string[]>>> = {
  tfjob: ['chief', 'worker', 'ps', 'evaluator'],
  pytorchjob: ['master', 'worker'],
  mpijob: ['launcher', 'worker'],
  raycluster: ['head'],
  daskcluster: ['scheduler', 'worker'],
};

/** The pod templates of a run section: the run itself, or its replicas in a fixed order. */
export function podsOf(kind: RunKind, body: ValueMap, plugins: PluginsPlan, catalogue: Catalogue): readonly PodDraft[] {
  const draft = (role: string, section: ValueMap, group: string | null = null): PodDraft => ({
    role,
    group,
    section,
    connections: connectionsOf(section, plugins, catalogue),
  });
  const roles = rolesOf[kind];
  if (roles === undefined) return [draft('main', body)];
  const pods = roles.flatMap((role) => {
    const section = mapAt(body, role);
    return section === null ? [] : [draft(role, section)];
  });
  if (kind !== 'raycluster') return pods;
  const taken = new Set(pods.map((pod) => pod.role));
  for (const [name, section] of mapAt(body, 'workers') ?? []) {
    if (section === null || !isMap(section)) continue;
    const role = workerRole(name, taken);
    taken.add(role);
    pods.push(draft(role, section, name));
  }
  return pods;
}

/** The author may name groups as he likes; roles are parts of labels and stay apart. */
function workerRole(group: string, taken: ReadonlySet<string>): string {
  const role = `worker-${dnsLabel(group, 40)}`.replace(/-$/, '');
  return taken.has(role) ? `${role}-${shortHash(group)}` : role;
}

/** With nothing collected, or by wish, the main container uses the artifacts store itself (agent-and-kubernetes.md 1.3). */
function connectionsOf(section: ValueMap, plugins: PluginsPlan, catalogue: Catalogue): readonly Connection[] {
  const listed = [...new Set(textsAt(section, 'connections'))].flatMap((name) => catalogue.connections.get(name) ?? []);
  const store = catalogue.artifactsStore;
  const usesStore = store !== null && (!plugins.collectArtifacts || plugins.mountArtifactsStore);
  return usesStore && !listed.includes(store) ? [...listed, store] : listed;
}

/** All names that the pods ask for, of main containers and init entries. */
export function askedNames(pods: readonly { readonly section: ValueMap }[]): readonly string[] {
  return pods.flatMap(({ section }) => [
    ...textsAt(section, 'connections'),
    ...mapsAt(section, 'init').flatMap((entry) => textAt(entry, 'connection') ?? []),
  ]);
}
