import type { DistributionPlan, ElasticPlan } from '../distribution.ts';
import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import type { Json, RunObjects } from './manifest.ts';
import { metadataOf } from './metadata.ts';
import { objectName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { ownRestartPolicy, podTemplate } from './pod.ts';
import { compact, mapJson, orNothing } from './to-json.ts';

type Kubeflow = Extract<DistributionPlan, { kind: 'tfjob' | 'pytorchjob' | 'mpijob' }>;

/** Objects for the training operator of Kubeflow: one of its kinds, whose `spec` differs by kind (agent-and-kubernetes.md 2.9). */
export function kubeflowObjects(
  plan: PodPlan,
  distribution: Kubeflow,
  settings: ObjectSettings,
  version: 'v1' | 'v2beta1',
): RunObjects {
  const { kind, replicas, fields } = formOf(distribution);
  return {
    lead: {
      apiVersion: `kubeflow.org/${version}`,
      kind,
      metadata: { name: objectName(plan.run), namespace: plan.namespace, ...metadataOf(plan, settings, null) },
      spec: {
        ...fields,
        runPolicy: runPolicy(plan, distribution),
        [replicas]: Object.fromEntries(
          plan.replicas.map((replica) => [replicaName(replica.role), replicaSpec(plan, replica, settings)]),
        ),
      },
    },
    others: [],
    needsToken: plan.plugins.auth,
  };
}

interface Form {
  readonly kind: string;
  readonly replicas: string;
  readonly fields: Readonly<Record<string, Json>>;
}

function formOf(plan: Kubeflow): Form {
  switch (plan.kind) {
    case 'tfjob': {
      const { successPolicy, enableDynamicWorker } = plan;
      return {
        kind: 'TFJob',
        replicas: 'tfReplicaSpecs',
        fields: compact({ successPolicy, enableDynamicWorker: enableDynamicWorker ? true : null }),
      };
    }
    case 'pytorchjob':
      return {
        kind: 'PyTorchJob',
        replicas: 'pytorchReplicaSpecs',
        fields: compact({ nprocPerNode: plan.nProcPerNode, elasticPolicy: elasticJson(plan.elastic) }),
      };
    case 'mpijob':
      return {
        kind: 'MPIJob',
        replicas: 'mpiReplicaSpecs',
        fields: compact({ slotsPerWorker: plan.slotsPerWorker }),
      };
  }
}

function runPolicy({ termination }: PodPlan, { cleanPodPolicy, schedulingPolicy }: Kubeflow): Json {
  return compact({
    cleanPodPolicy,
    backoffLimit: termination.maxRetries,
    activeDeadlineSeconds: termination.timeoutSeconds,
    schedulingPolicy: schedulingPolicy === null ? null : mapJson(schedulingPolicy),
  });
}

/** Roles as the operator spells them. */
function replicaName(role: string): string {
  if (role === 'ps') return 'PS';
  return role.charAt(0).toUpperCase() + role.slice(1);
}

/** The operator takes the restart policy from here and not from the pod; it knows one more, `ExitCode`. */
function replicaSpec(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings): Json {
  return {
    replicas: replica.count,
    restartPolicy: ownRestartPolicy(replica) ?? 'OnFailure',
    template: podTemplate(plan, replica, settings, { restartPolicy: null }),
  };
}

/** Spelled as the operator's own definition has it, or it would be dropped in silence (agent-and-kubernetes.md 8, row 8). */
function elasticJson(elastic: ElasticPlan | null): Json {
  if (elastic === null) return null;
  return compact({
    minReplicas: elastic.minReplicas,
    maxReplicas: elastic.maxReplicas,
    rdzvBackend: elastic.backend,
    rdzvPort: elastic.port,
    rdzvHost: elastic.host,
    rdzvId: elastic.id,
    rdzvConf: orNothing(elastic.conf.map(mapJson)),
    standalone: elastic.standalone ? true : null,
    nProcPerNode: elastic.nProcPerNode,
    maxRestarts: elastic.maxRestarts,
    metrics: orNothing(elastic.metrics.map(mapJson)),
  });
}
