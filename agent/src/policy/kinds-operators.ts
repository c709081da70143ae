import { deny } from './check.ts';
import { image } from './container.ts';
import { serviceSpec, serviceType, top, withCopies } from './kinds-core.ts';
import { daskSelector, isOwnName, podMetadata } from './metadata.ts';
import { podSpec, podTemplate } from './pod-spec.ts';
import { resources } from './resources.ts';
import { priorityClassName } from './scheduling.ts';
import {
  countAt,
  flag,
  integer,
  type JsonMap,
  listOf,
  mapAt,
  mapOf,
  object,
  oneOf,
  quantity,
  type Shape,
  text,
  textAt,
} from './shape.ts';

const copies = (body: JsonMap): number => countAt(body, 'replicas', 1);
/** Where a range is given, its end counts: an autoscaler may go there. */
const most = (body: JsonMap): number => Math.max(copies(body), countAt(body, 'maxReplicas', 0));

const kubeflowFields = object({
  replicas: integer,
  restartPolicy: oneOf('Always', 'OnFailure', 'Never', 'ExitCode'),
  template: podTemplate,
});
const fixed = withCopies(kubeflowFields, copies);
const growing = withCopies(kubeflowFields, (body, { mayGrowTo }) => Math.max(copies(body), mayGrowTo));

const cleanPodPolicy = oneOf('All', 'Running', 'None');
const runPolicy: Shape = object({
  activeDeadlineSeconds: integer,
  backoffLimit: integer,
  cleanPodPolicy,
  schedulingPolicy: object({
    minAvailable: integer,
    minResources: mapOf(quantity),
    priorityClass: priorityClassName,
    queue: text,
    scheduleTimeoutSeconds: integer,
  }),
  suspend: flag,
});

function replicaSpecs(...roles: readonly string[]): Shape {
  return object(Object.fromEntries(roles.map((role) => [role, role === 'Worker' ? growing : fixed])));
}

/** Kinds of the training operator (agent-and-kubernetes.md 2.9). */
export const tfJob: Shape = top({
  spec: object({
    enableDynamicWorker: flag,
    runPolicy,
    successPolicy: oneOf('', 'AllWorkers'),
    tfReplicaSpecs: replicaSpecs('Chief', 'Master', 'Worker', 'PS', 'Evaluator'),
  }),
});

const metricTarget = object({
  averageUtilization: integer,
  averageValue: quantity,
  type: oneOf('Utilization', 'Value', 'AverageValue'),
  value: quantity,
});

const pytorchSpec = object({
  elasticPolicy: object({
    maxReplicas: integer,
    maxRestarts: integer,
    metrics: listOf(
      object({
        containerResource: object({ container: text, name: text, target: metricTarget }),
        resource: object({ name: text, target: metricTarget }),
        type: oneOf('Resource', 'ContainerResource'),
      }),
    ),
    minReplicas: integer,
    nProcPerNode: integer,
    rdzvBackend: text,
    rdzvConf: listOf(object({ key: text, value: text })),
    rdzvHost: text,
    rdzvId: text,
    rdzvPort: integer,
    standalone: flag,
  }),
  nprocPerNode: text,
  pytorchReplicaSpecs: replicaSpecs('Master', 'Worker'),
  runPolicy,
});

export const pytorchJob: Shape = top({
  spec: (value, check) => {
    check.mayGrowTo = countAt(mapAt(value, 'elasticPolicy'), 'maxReplicas', 0);
    pytorchSpec(value, check);
    check.mayGrowTo = 0;
  },
});

export const mpiJob: Shape = top({
  spec: object({
    cleanPodPolicy,
    launcherCreationPolicy: oneOf('AtStartup', 'WaitForWorkersReady'),
    mainContainer: text,
    mpiImplementation: oneOf('OpenMPI', 'Intel', 'MPICH'),
    mpiReplicaSpecs: replicaSpecs('Launcher', 'Worker'),
    runLauncherAsWorker: flag,
    runPolicy,
    slotsPerWorker: integer,
    sshAuthMountPath: text,
  }),
});

const startParams = mapOf(text);
const rayClusterSpec: Shape = object({
  autoscalerOptions: object({
    idleTimeoutSeconds: integer,
    image,
    imagePullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
    resources,
    upscalingMode: oneOf('Default', 'Aggressive', 'Conservative'),
  }),
  enableInTreeAutoscaling: flag,
  headGroupSpec: object({ rayStartParams: startParams, serviceType, template: podTemplate }),
  rayVersion: text,
  suspend: flag,
  workerGroupSpecs: listOf(
    withCopies(
      object({
        groupName: text,
        maxReplicas: integer,
        minReplicas: integer,
        rayStartParams: startParams,
        replicas: integer,
        template: podTemplate,
      }),
      most,
    ),
  ),
});

/** Kinds of KubeRay. */
export const rayCluster: Shape = top({ spec: rayClusterSpec });

export const rayJob: Shape = top({
  spec: object({
    activeDeadlineSeconds: integer,
    backoffLimit: integer,
    entrypoint: text,
    jobId: text,
    metadata: mapOf(text),
    rayClusterSpec,
    runtimeEnvYAML: text,
    shutdownAfterJobFinishes: flag,
    submissionMode: oneOf('K8sJobMode', 'HTTPMode'),
    submitterPodTemplate: podTemplate,
    suspend: flag,
    ttlSecondsAfterFinished: integer,
  }),
});

/** Kinds of the operator of Dask: bodies of pods stand there without a template around them. */
export const daskCluster: Shape = top({
  spec: object({
    idleTimeout: integer,
    scheduler: object({ metadata: podMetadata, service: serviceSpec(daskSelector), spec: podSpec }),
    shutdownOnClose: flag,
    worker: withCopies(object({ metadata: podMetadata, replicas: integer, spec: podSpec }), (body, { mayGrowTo }) =>
      Math.max(copies(body), mayGrowTo),
    ),
  }),
});

export const daskAutoscaler: Shape = top(
  { spec: object({ cluster: text, maximum: integer, minimum: integer }) },
  (value, check) => {
    const cluster = textAt(value['spec'], 'cluster');
    if (cluster === null || !isOwnName(cluster, check))
      deny(check, 'fields', 'It may scale a cluster of this run only.', 'spec', 'cluster');
  },
);
