import { container, volume } from './container.ts';
import { environment } from './environment.ts';
import { init } from './init.ts';
import {
  bool,
  boolOrRef,
  filled,
  free,
  intOrRef,
  labels,
  listOf,
  mapOf,
  oneOf,
  type Section,
  type Shape,
  section,
  sub,
  text,
  texts,
} from './shape.ts';

/** The pod of a run, or of one of its replicas (compiler.md 1.5). */
export const pod = {
  environment,
  connections: texts,
  volumes: listOf(volume),
  init,
  sidecars: listOf(container),
  container,
} satisfies Record<string, Shape>;

const replica: Shape = sub(section('replica', { replicas: intOrRef, ...pod }));
const rayReplica: Shape = sub(
  section('replica', {
    replicas: intOrRef,
    minReplicas: intOrRef,
    maxReplicas: intOrRef,
    rayStartParams: labels,
    ...pod,
  }),
);

const cleanPodPolicy = oneOf('All', 'Running', 'None');

const schedulingPolicy = sub(
  section('schedulingPolicy', {
    minAvailable: intOrRef,
    queue: text,
    minResources: free,
    priorityClass: text,
    scheduleTimeoutSeconds: intOrRef,
  }),
);

const elasticPolicy = sub(
  section('elasticPolicy', {
    minReplicas: intOrRef,
    maxReplicas: intOrRef,
    rdvzBackend: text,
    rdvzPort: intOrRef,
    rdvzHost: text,
    rdvzId: text,
    rdvzConf: listOf(filled),
    standalone: boolOrRef,
    nProcPerNode: intOrRef,
    maxRestarts: intOrRef,
    Metrics: listOf(filled),
  }),
);

const autoscaler = sub(section('autoscalerOptions', { upscalingMode: text, imagePullPolicy: text, resources: free }));

/** Run kinds of several pods that work together (compiler.md 1.5). */
export const distributedKinds: Readonly<Record<string, Section>> = {
  tfjob: section('run', {
    kind: oneOf('tfjob'),
    cleanPodPolicy,
    schedulingPolicy,
    enableDynamicWorker: bool,
    successPolicy: text,
    chief: replica,
    ps: replica,
    worker: replica,
    evaluator: replica,
  }),
  pytorchjob: section('run', {
    kind: oneOf('pytorchjob'),
    cleanPodPolicy,
    schedulingPolicy,
    elasticPolicy,
    nProcPerNode: intOrRef,
    master: replica,
    worker: replica,
  }),
  mpijob: section('run', {
    kind: oneOf('mpijob'),
    cleanPodPolicy,
    schedulingPolicy,
    slotsPerWorker: intOrRef,
    launcher: replica,
    worker: replica,
  }),
  raycluster: section('run', {
    kind: oneOf('raycluster'),
    entrypoint: text,
    runtimeEnv: free,
    metadata: mapOf(text),
    rayVersion: text,
    head: rayReplica,
    workers: mapOf(rayReplica),
    enableInTreeAutoscaling: boolOrRef,
    autoscalerOptions: autoscaler,
  }),
  daskcluster: section('run', {
    kind: oneOf('daskcluster'),
    worker: replica,
    scheduler: replica,
    minReplicas: intOrRef,
    maxReplicas: intOrRef,
  }),
};
