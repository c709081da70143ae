import type { Connection } from '../compile/catalogue.ts';
import type { RunKey } from '../compile/pod-plan.ts';

/**
 * What the agent knows of the run and of itself, beside the objects. What stands here comes from the agent's own
 * configuration, so the policy allows it: an admin has configured it.
 */
export interface PolicyFacts {
  readonly run: Pick<RunKey, 'uuid' | 'attempt'>;
  readonly agentId: string;
  /** The agent's namespaces of runs. */
  readonly namespaces: ReadonlySet<string>;
  /** The account that the agent gives to runs; null: pods have the namespace's own. */
  readonly serviceAccount: string | null;
  /** From the agent's defaults for runs. */
  readonly imagePullSecrets: ReadonlySet<string>;
  readonly priorityClass: string | null;
  /** Images of our own helper. */
  readonly helperImages: ReadonlySet<string>;
  /** Annotations of the run's connections, each as `name=value`. */
  readonly annotations: ReadonlySet<string>;
  /** What the connections bring that the run's own containers ask for: every container may have it. */
  readonly access: Access;
  /** By name of a container that the agent made, such as the collector: what it alone may have in addition. */
  readonly helpers: ReadonlyMap<string, Access>;
}

/** Names of secrets, config maps, claims and paths of the node. */
export interface Access {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlyMap<string, Reach>;
  readonly hostPaths: ReadonlyMap<string, Reach>;
}

/** `read`: every mount of it must be read-only, as the connection says. */
export type Reach = 'read' | 'write';

/** What connections bring into a pod (agent-and-kubernetes.md 1.2). */
export function accessOf(connections: readonly Connection[]): Access {
  const present = <T>(all: readonly (T | null)[]): readonly T[] => all.filter((each) => each !== null);
  return {
    secrets: new Set(present(connections.map(({ secret }) => secret)).map(({ name }) => name)),
    configMaps: new Set(present(connections.map(({ configMap }) => configMap)).map(({ name }) => name)),
    claims: reachOf(connections, 'volume_claim', 'volumeClaim'),
    hostPaths: reachOf(connections, 'host_path', 'hostPath'),
  };
}

/** Of two connections with one place, the one that may write counts. */
function reachOf(
  connections: readonly Connection[],
  kind: Connection['kind'],
  field: string,
): ReadonlyMap<string, Reach> {
  const found = new Map<string, Reach>();
  for (const connection of connections) {
    const place = connection.kind === kind ? connection.schema.get(field) : null;
    if (typeof place !== 'string') continue;
    const isReadOnly = connection.schema.get('readOnly') === true && found.get(place) !== 'write';
    found.set(place, isReadOnly ? 'read' : 'write');
  }
  return found;
}
