import type { ValueMap } from '@tandem/shared/values';
import type { Culling } from '@tandem/shared/wire';
import type { DistributionPlan } from './distribution.ts';
import type { StoreRef } from './helper-task.ts';
import type { InitPlan } from './init-plan.ts';

/**
 * Everything that an executor has to know to run one attempt: the last form of a spec before it becomes processes,
 * containers or Kubernetes objects. Made by one pure function for every executor (agent-and-kubernetes.md 6);
 * turning it into objects is a second one.
 */
export interface PodPlan {
  readonly run: RunKey;
  readonly owner: string;
  readonly project: string;
  readonly name: string | null;
  readonly kind: RunKind;
  readonly namespace: string;
  /** sha256 of the sealed spec, for labels and for "is it the same". */
  readonly specSha256: string;
  /** In order: all of the first replica kind, then the next. One, named `main`, for the kinds of one pod. */
  readonly replicas: readonly ReplicaPlan[];
  /** What a kind of several pods says beside its replicas; null for the kinds of one pod. */
  readonly distribution: DistributionPlan | null;
  readonly termination: TerminationPlan;
  readonly paths: RunPaths;
  readonly plugins: PluginsPlan;
  /** Where the artifacts of runs are kept; null: the agent has no store. */
  readonly store: StorePlan | null;
  /** Declared outputs by name, with their types: what the collector reads from `outputs.json`. */
  readonly outputs: readonly OutputPlan[];
  /** Resolved inputs, for the run's own record in its folder. */
  readonly inputs: ValueMap;
  readonly service: ServicePlan | null;
  /** Secrets and config maps that connections bring into the run: what messages say instead of their names. */
  readonly resources: readonly ResourcePlan[];
}

/** Names one execution. Objects are `tdm-<uuid>-<attempt>` (decisions.md 40). */
export interface RunKey {
  /** 32 hex digits. */
  readonly uuid: string;
  readonly attempt: number;
  /** Rises with every change of intent for the attempt. */
  readonly generation: number;
}

export type RunKind =
  | 'job'
  | 'service'
  | 'tfjob'
  | 'pytorchjob'
  | 'mpijob'
  | 'raycluster'
  | 'daskcluster'
  | 'notifier'
  | 'cleaner'
  | 'tuner';

export interface ReplicaPlan {
  /** `main`, or a replica kind such as `worker`; for the workers of ray `worker-<group>`. Fit for names and labels. */
  readonly role: string;
  /** The author's name of a group of workers (ray); null elsewhere. */
  readonly group: string | null;
  readonly count: number;
  /** Names of the connections that its own containers use (agent-and-kubernetes.md 1.3). */
  readonly connections: readonly string[];
  /** In order, each after the one before has ended. */
  readonly init: readonly InitPlan[];
  readonly main: ContainerPlan;
  readonly sidecars: readonly ContainerPlan[];
  /** Of the user and of connections: what this replica asks for, and nothing of the others (agent-and-kubernetes.md 1.3). */
  readonly volumes: readonly VolumePlan[];
  /** Of the connections that the pod uses; the run's own annotations are in `environment`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The `environment` section as plain Kubernetes fields (node selector, tolerations …); ignored by the process executor. */
  readonly environment: ValueMap;
}

export interface ContainerPlan {
  readonly name: string;
  /** Null where the executor needs none. */
  readonly image: string | null;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string | null;
  /** In order; of two with one name the later counts, as in Kubernetes. */
  readonly env: readonly EnvPlan[];
  readonly mounts: readonly MountPlan[];
  readonly ports: readonly number[];
  /** Fields that go to Kubernetes as they are (resources, probes, lifecycle, security context, whole ports). */
  readonly kubernetes: ValueMap;
}

/** Values of secrets are never in a plan: an executor reads them at the last moment (decisions.md 59). */
export type EnvPlan =
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  | { readonly kind: 'secret'; readonly name: string; readonly secret: string; readonly key: string }
  | { readonly kind: 'config'; readonly name: string; readonly configMap: string; readonly key: string }
  | { readonly kind: 'field'; readonly name: string; readonly fieldPath: string }
  | { readonly kind: 'all-of-secret'; readonly secret: string; readonly keys: readonly string[] | null }
  | { readonly kind: 'all-of-config'; readonly configMap: string; readonly keys: readonly string[] | null }
  /** A `valueFrom` of the user with more than a name and a key: optional keys, resource fields, files. */
  | { readonly kind: 'from'; readonly name: string; readonly from: ValueMap }
  /** An `envFrom` entry of the user with a prefix, or that may be absent. */
  | { readonly kind: 'all-from'; readonly from: ValueMap };

export interface MountPlan {
  readonly volume: string;
  readonly path: string;
  readonly subPath: string | null;
  readonly readOnly: boolean;
  /** Further fields of a mount of the user, as Kubernetes has them; null: none. */
  readonly more: ValueMap | null;
}

export type VolumePlan =
  | { readonly kind: 'claim'; readonly name: string; readonly claim: string; readonly readOnly: boolean }
  | { readonly kind: 'host-path'; readonly name: string; readonly path: string; readonly readOnly: boolean }
  | {
      readonly kind: 'secret';
      readonly name: string;
      readonly secret: string;
      readonly items: readonly string[] | null;
      /** Permissions of the files as a number; null: as Kubernetes makes them. */
      readonly mode: number | null;
    }
  | {
      readonly kind: 'config';
      readonly name: string;
      readonly configMap: string;
      readonly items: readonly string[] | null;
      readonly mode: number | null;
    }
  | { readonly kind: 'user'; readonly name: string; readonly volume: ValueMap };

/** What one container gets of connections (agent-and-kubernetes.md 1.2). */
export interface AccessPlan {
  /** JSON of the connections for storage clients inside; null: there are none. */
  readonly catalogue: string | null;
  /** The connections' own variables, in order. */
  readonly env: readonly EnvPlan[];
  /** References to secrets, then to config maps. */
  readonly references: readonly EnvPlan[];
  readonly mounts: readonly MountPlan[];
}

/** The artifacts store, as the helpers of a pod reach it. */
export interface StorePlan {
  readonly ref: StoreRef;
  readonly access: AccessPlan;
  readonly volumes: readonly VolumePlan[];
}

export interface ResourcePlan {
  readonly kind: 'secret' | 'config';
  readonly name: string;
  readonly connection: string;
}

export interface TerminationPlan {
  readonly maxRetries: number;
  readonly timeoutSeconds: number | null;
  /** How long an ended run's objects stay; null: the agent's default. */
  readonly ttlSeconds: number | null;
  readonly graceSeconds: number;
  /** The user's rules for failed pods, as Kubernetes has them; null: none. */
  readonly podFailurePolicy: ValueMap | null;
  readonly culling: Culling | null;
}

/** What `globals.*_path` of this run mean where it runs. */
export interface RunPaths {
  readonly contextPath: string;
  readonly artifactsPath: string;
  readonly runArtifactsPath: string;
  readonly runOutputsPath: string;
  readonly storePath: string;
}

export interface PluginsPlan {
  readonly collectArtifacts: boolean;
  readonly collectLogs: boolean;
  readonly collectResources: boolean;
  readonly syncStatuses: boolean;
  readonly mountArtifactsStore: boolean;
  readonly autoResume: boolean;
  readonly auth: boolean;
  readonly docker: boolean;
  readonly shm: boolean;
  readonly logLevel: string | null;
  readonly sidecar: SidecarPluginPlan;
}

/** What a run says of the collector, and of its own sidecars. */
export interface SidecarPluginPlan {
  /** Sidecars of the user get no connections and nothing of ours. */
  readonly noConnections: boolean;
  /** Seconds; null: the agent's settings. */
  readonly sleepSeconds: number | null;
  /** Seconds, -1: only at the end; null: the agent's settings. */
  readonly syncSeconds: number | null;
}

export interface OutputPlan {
  readonly name: string;
  readonly type: string | null;
  readonly isList: boolean;
}

export interface ServicePlan {
  readonly ports: readonly number[];
  readonly replicas: number;
  readonly rewritePath: boolean;
  readonly isExternal: boolean;
}
