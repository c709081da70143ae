import type { ValueMap } from '@tandem/shared/values';
import type { RunKind } from './pod-plan.ts';
import { flagAt, integerAt, mapAt, mapsAt, textAt } from './reading.ts';

/** What a kind of several pods says beside its replicas (compiler.md 1.5). */
export type DistributionPlan =
  | (KubeflowPlan & {
      readonly kind: 'tfjob';
      readonly enableDynamicWorker: boolean;
      readonly successPolicy: string | null;
    })
  | (KubeflowPlan & {
      readonly kind: 'pytorchjob';
      readonly nProcPerNode: string | null;
      readonly elastic: ElasticPlan | null;
    })
  | (KubeflowPlan & { readonly kind: 'mpijob'; readonly slotsPerWorker: number | null })
  | RayPlan
  | {
      readonly kind: 'daskcluster';
      /** Both or neither: a range of workers that the cluster may have. */
      readonly scale: { readonly min: number; readonly max: number } | null;
    };

interface KubeflowPlan {
  readonly cleanPodPolicy: 'All' | 'Running' | 'None';
  readonly schedulingPolicy: ValueMap | null;
}

/** How a job of torch grows and shrinks; ports and counts are numbers, null where nothing was said. */
export interface ElasticPlan {
  readonly minReplicas: number | null;
  readonly maxReplicas: number | null;
  readonly backend: string | null;
  readonly port: number | null;
  readonly host: string | null;
  readonly id: string | null;
  readonly conf: readonly ValueMap[];
  readonly standalone: boolean;
  readonly nProcPerNode: number | null;
  readonly maxRestarts: number | null;
  readonly metrics: readonly ValueMap[];
}

export interface RayPlan {
  readonly kind: 'raycluster';
  /** The command that is submitted to the cluster, which ends with it; null: the cluster stays. */
  readonly entrypoint: string | null;
  readonly runtimeEnv: ValueMap | null;
  readonly metadata: ValueMap | null;
  readonly version: string | null;
  readonly autoscaling: boolean | null;
  readonly autoscalerOptions: ValueMap | null;
  /** By role. */
  readonly groups: ReadonlyMap<string, RayGroupPlan>;
}

export interface RayGroupPlan {
  readonly minReplicas: number | null;
  readonly maxReplicas: number | null;
  readonly startParams: ValueMap;
}

/** Reads what stands beside the replicas; null for the kinds of one pod. */
export function toDistribution(
  kind: RunKind,
  body: ValueMap,
  sections: ReadonlyMap<string, ValueMap>,
): DistributionPlan | null {
  switch (kind) {
    case 'job':
    case 'service':
    case 'notifier':
    case 'cleaner':
    case 'tuner':
      return null;
    case 'tfjob':
      return {
        kind,
        ...kubeflow(body),
        enableDynamicWorker: flagAt(body, 'enableDynamicWorker', false),
        successPolicy: textAt(body, 'successPolicy'),
      };
    case 'pytorchjob':
      return { kind, ...kubeflow(body), nProcPerNode: textAt(body, 'nProcPerNode'), elastic: toElastic(body) };
    case 'mpijob':
      return { kind, ...kubeflow(body), slotsPerWorker: integerAt(body, 'slotsPerWorker') };
    case 'raycluster':
      return {
        kind,
        entrypoint: textAt(body, 'entrypoint'),
        runtimeEnv: mapAt(body, 'runtimeEnv'),
        metadata: mapAt(body, 'metadata'),
        version: textAt(body, 'rayVersion'),
        autoscaling: body.has('enableInTreeAutoscaling') ? flagAt(body, 'enableInTreeAutoscaling', false) : null,
        autoscalerOptions: mapAt(body, 'autoscalerOptions'),
        groups: new Map(
          [...sections].map(([role, section]) => [
            role,
            {
              minReplicas: integerAt(section, 'minReplicas'),
              maxReplicas: integerAt(section, 'maxReplicas'),
              startParams: mapAt(section, 'rayStartParams') ?? new Map(),
            },
          ]),
        ),
      };
    case 'daskcluster': {
      const [min, max] = [integerAt(body, 'minReplicas'), integerAt(body, 'maxReplicas')];
      return { kind, scale: min === null || max === null ? null : { min, max } };
    }
  }
}

/** Pods stay after the end where nothing was said, for all kinds of Kubeflow (agent-and-kubernetes.md 2.9). */
function kubeflow(body: ValueMap): KubeflowPlan {
  const policy = textAt(body, 'cleanPodPolicy');
  return {
    cleanPodPolicy: policy === 'All' || policy === 'Running' ? policy : 'None',
    schedulingPolicy: mapAt(body, 'schedulingPolicy'),
  };
}

/** The file format spells the keys `rdvz…`; what is made of them is spelled as the operator has it (agent-and-kubernetes.md 8, row 8). */
function toElastic(body: ValueMap): ElasticPlan | null {
  const given = mapAt(body, 'elasticPolicy');
  if (given === null) return null;
  return {
    minReplicas: integerAt(given, 'minReplicas'),
    maxReplicas: integerAt(given, 'maxReplicas'),
    backend: textAt(given, 'rdvzBackend'),
    port: integerAt(given, 'rdvzPort'),
    host: textAt(given, 'rdvzHost'),
    id: textAt(given, 'rdvzId'),
    conf: mapsAt(given, 'rdvzConf'),
    standalone: flagAt(given, 'standalone', false),
    nProcPerNode: integerAt(given, 'nProcPerNode'),
    maxRestarts: integerAt(given, 'maxRestarts'),
    metrics: mapsAt(given, 'Metrics'),
  };
}
