import type { RunObjects } from '../../compile/kubernetes/manifest.ts';
import type { PodPlan } from '../../compile/pod-plan.ts';
import type { Staged } from '../../compile/staged.ts';
import type { Graces } from '../../observe/judgement.ts';
import type { Log } from '../../ports/log.ts';
import type { ApiClient } from './api-client.ts';
import type { ClusterClock } from './cluster-clock.ts';
import type { ClusterState } from './cluster-state.ts';
import type { EventLookup } from './event-lookup.ts';
import type { ObjectKind } from './kinds.ts';
import type { LogKeeper } from './log-keeper.ts';

/** What every part of the Kubernetes executor works with. */
export interface KubernetesWorld {
  readonly client: ApiClient;
  readonly state: ClusterState;
  readonly events: EventLookup;
  readonly agentId: string;
  /** Kinds of operators that the cluster has. */
  readonly operators: readonly ObjectKind[];
  /** All objects of a plan as they go to the API server, or why the cluster's admins do not allow them. */
  readonly toObjects: (plan: PodPlan) => Staged<RunObjects>;
  readonly ttl: TtlDefaults;
  /** Keeps logs beyond their pods; null: there is no server of the store. */
  readonly logKeeper: LogKeeper | null;
  readonly graces: Graces;
  readonly lostNodes: LostNodes;
  /** The cluster's time: everything here compares it with times of objects. */
  readonly clock: ClusterClock;
  readonly log: Log;
}

/**
 * What happens to pods of a node that does not answer. Ending them by force makes room for others while the old ones may
 * still run there, so only an admin can allow it (agent-and-kubernetes.md 7, row 7).
 */
export interface LostNodes {
  readonly mayForce: boolean;
  readonly afterSeconds: number;
}

/** How long objects of ended runs stay where the run does not say, in seconds (agent-and-kubernetes.md 2.8). */
export interface TtlDefaults {
  readonly succeededSeconds: number;
  readonly failedSeconds: number;
}
