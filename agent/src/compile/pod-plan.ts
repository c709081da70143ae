import type { ValueMap } from '@tandem/shared/values';

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
  /** In order: all of the first replica kind, then the next. One, named `main`, for job and service. */
  readonly replicas: readonly ReplicaPlan[];
  readonly termination: TerminationPlan;
  readonly paths: RunPaths;
  readonly plugins: PluginsPlan;
  /** Declared outputs by name, with their types: what the collector reads from `outputs.json`. */
  readonly outputs: readonly OutputPlan[];
  /** Resolved inputs, for the run's own record in its folder. */
  readonly inputs: ValueMap;
  readonly service: ServicePlan | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
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
  /** `main`, or a replica kind such as `worker`. */
  readonly role: string;
  readonly count: number;
  /** In order, each after the one before has ended. */
  readonly init: readonly InitPlan[];
  readonly main: ContainerPlan;
  readonly sidecars: readonly ContainerPlan[];
  readonly volumes: readonly VolumePlan[];
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
  /** Fields that go to Kubernetes as they are (resources, probes, lifecycle, security context). */
  readonly kubernetes: ValueMap;
}

/** Values of secrets are never in a plan: an executor reads them at the last moment (decisions.md 59). */
export type EnvPlan =
  | { readonly kind: 'value'; readonly name: string; readonly value: string }
  | { readonly kind: 'secret'; readonly name: string; readonly secret: string; readonly key: string }
  | { readonly kind: 'config'; readonly name: string; readonly configMap: string; readonly key: string }
  | { readonly kind: 'field'; readonly name: string; readonly fieldPath: string }
  | { readonly kind: 'all-of-secret'; readonly secret: string; readonly keys: readonly string[] | null }
  | { readonly kind: 'all-of-config'; readonly configMap: string; readonly keys: readonly string[] | null };

export interface MountPlan {
  readonly volume: string;
  readonly path: string;
  readonly subPath: string | null;
  readonly readOnly: boolean;
}

export type VolumePlan =
  | { readonly kind: 'empty'; readonly name: string; readonly medium: 'disk' | 'memory'; readonly size: string | null }
  | { readonly kind: 'claim'; readonly name: string; readonly claim: string; readonly readOnly: boolean }
  | { readonly kind: 'host-path'; readonly name: string; readonly path: string; readonly readOnly: boolean }
  | {
      readonly kind: 'secret';
      readonly name: string;
      readonly secret: string;
      readonly items: readonly string[] | null;
    }
  | {
      readonly kind: 'config';
      readonly name: string;
      readonly configMap: string;
      readonly items: readonly string[] | null;
    }
  | { readonly kind: 'run-token'; readonly name: string }
  | { readonly kind: 'user'; readonly name: string; readonly volume: ValueMap };

export type InitPlan =
  | { readonly kind: 'container'; readonly container: ContainerPlan }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly filename: string;
      readonly content: string;
      readonly executable: boolean;
    }
  | {
      readonly kind: 'git';
      readonly path: string;
      readonly url: string;
      readonly revision: string | null;
      readonly flags: readonly string[];
      readonly connection: string | null;
    }
  | {
      readonly kind: 'artifacts';
      readonly path: string;
      readonly files: readonly PathPair[];
      readonly dirs: readonly PathPair[];
      readonly connection: string;
    }
  | { readonly kind: 'dockerfile'; readonly path: string; readonly filename: string; readonly content: string };

export interface PathPair {
  readonly from: string;
  readonly to: string;
}

export interface TerminationPlan {
  readonly maxRetries: number;
  readonly timeoutSeconds: number | null;
  /** How long an ended run's objects stay; null: the agent's default. */
  readonly ttlSeconds: number | null;
  readonly graceSeconds: number;
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
  readonly auth: boolean;
  readonly docker: boolean;
  readonly shm: boolean;
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
