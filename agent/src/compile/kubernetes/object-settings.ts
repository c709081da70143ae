import type { Json } from './manifest.ts';

/** What the agent brings to the making of objects; the plan has all that the run says. */
export interface ObjectSettings {
  readonly agentId: string;
  /** Version of the agent, for `app.kubernetes.io/version`. */
  readonly version: string;
  readonly helpers: {
    readonly init: HelperSettings;
    readonly collector: HelperSettings;
  };
  /** Seconds between two looks of the collector at the run's folder. */
  readonly sleepSeconds: number;
  /** Seconds between two copies to the store; -1: only at the end. */
  readonly syncSeconds: number;
  /** Account of pods that name none; null: the default one of the namespace. */
  readonly serviceAccount: string | null;
  readonly defaults: RunDefaults;
  /** Size of `/dev/shm` for pods without a limit of memory, as a quantity; null: no limit. */
  readonly shmSize: string | null;
  /** What discovery found in the cluster. */
  readonly apis: ReadonlySet<OperatorApi>;
  /** Whether pods of Jobs wait until the agent lets them start, one for each place; it needs the right to change pods. */
  readonly holdsPods: boolean;
  /** Also the variables that tracking clients of the peer read. */
  readonly compat: boolean;
}

/** Image, pull policy and resources of our helper program. */
export interface HelperSettings {
  readonly image: string;
  /** Null: as Kubernetes decides. */
  readonly pullPolicy: 'Always' | 'IfNotPresent' | 'Never' | null;
  /** `requests` and `limits`; null: none. */
  readonly resources: Json;
}

/** For runs that do not say it themselves, field by field: the run wins (agent-and-kubernetes.md 2.7). Null: nothing. */
export interface RunDefaults {
  readonly nodeSelector: Readonly<Record<string, string>> | null;
  readonly tolerations: readonly Json[] | null;
  readonly affinity: Json;
  readonly imagePullSecrets: readonly string[] | null;
  /** Of the pod. */
  readonly securityContext: Json;
  /** Of the main container. */
  readonly resources: Json;
  readonly priorityClassName: string | null;
}

/** Kinds of operators that runs can use, as `group/version/Kind`. */
export type OperatorApi =
  | 'kubeflow.org/v1/TFJob'
  | 'kubeflow.org/v1/PyTorchJob'
  | 'kubeflow.org/v1/MPIJob'
  | 'kubeflow.org/v2beta1/MPIJob'
  | 'ray.io/v1/RayCluster'
  | 'ray.io/v1/RayJob'
  | 'kubernetes.dask.org/v1/DaskCluster';
