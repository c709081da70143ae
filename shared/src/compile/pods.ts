import { type MapNode, member, type Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { replicaFields } from '../spec/run-patch.ts';
import type { Assembled } from './drafts.ts';
import type { PodNames } from './known-names.ts';

/** A part of a run section in which the same connections are known. */
export interface Pod {
  readonly node: MapNode;
  readonly names: PodNames;
  /** The part is the entries of the node; otherwise it is what stands beside the replicas. */
  readonly isWhole: boolean;
}

/** The run itself for kinds of one pod; each replica for the others, and what stands beside them. */
export function podsOf({ run, runKind, handedDown }: Assembled, fromParams: readonly Node[]): readonly Pod[] {
  const replicas = new Map(replicaFields(runKind.section).map((each) => [each.name, each]));
  if (replicas.size === 0) return [{ node: run, names: askedBy(run, handedDown, fromParams), isWhole: true }];
  const pods: Pod[] = [];
  const beside = run.entries.filter((entry) => !replicas.has(entry.key));
  pods.push({ node: { ...run, entries: beside }, names: askedBy(run, handedDown, fromParams), isWhole: false });
  for (const { key, value } of run.entries) {
    const replica = replicas.get(key);
    if (replica === undefined || value.kind !== 'map') continue;
    const nodes: readonly Node[] = replica.isNamed ? value.entries.map((entry) => entry.value) : [value];
    for (const node of nodes)
      if (node.kind === 'map') pods.push({ node, names: askedBy(node, handedDown, fromParams), isWhole: true });
  }
  return pods;
}

/** What any of the pods asks for: params may mention it (decisions.md 17). */
export function allNames(pods: readonly Pod[]): PodNames {
  const all = pods.map((pod) => pod.names);
  const [first] = all;
  if (first !== undefined && all.length === 1) return first;
  const union = (section: keyof PodNames): ReadonlySet<string> | null => {
    const sets = all.map((names) => names[section]);
    return sets.includes(null) ? null : new Set(sets.flatMap((set) => [...(set ?? [])]));
  };
  return { connections: union('connections'), init: union('init') };
}

/** Connections in the pod's own list and in its init entries; what a dag hands down joins the list, params with `toInit` the entries. */
function askedBy(pod: MapNode, handedDown: readonly Node[], fromParams: readonly Node[]): PodNames {
  const list = member(pod, 'connections');
  const init = member(pod, 'init');
  const entries = init?.kind === 'list' ? init.items : [];
  const ofInit = entries.map((entry) => (entry.kind === 'map' ? member(entry, 'connection') : entry));
  const lists: readonly (Node | undefined)[] = [list, ...handedDown];
  return {
    connections: namesOf(
      lists.flatMap((each): readonly (Node | undefined)[] => (each?.kind === 'list' ? each.items : [each])),
    ),
    init: entries.some(meansStore) ? null : namesOf([...(init?.kind === 'scalar' ? [init] : ofInit), ...fromParams]),
  };
}

/** An entry that means the agent's own store, whose name only the agent knows (agent-and-kubernetes.md 2.3). */
function meansStore(entry: Node): boolean {
  if (entry.kind !== 'map') return false;
  const connection = member(entry, 'connection');
  const isUnnamed = connection === undefined || (connection.kind === 'scalar' && connection.value === null);
  return isUnnamed && entry.entries.some(({ key }) => key === 'artifacts' || key === 'paths' || key === 'tensorboard');
}

function namesOf(nodes: readonly (Node | undefined)[]): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const node of nodes) {
    if (node === undefined || node.kind !== 'scalar' || node.value === null) continue;
    if (isTemplateNode(node)) return null;
    names.add(String(node.value));
  }
  return names;
}
