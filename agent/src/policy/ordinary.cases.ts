import { catalogueShape } from '../compile/catalogue.ts';
import type { Json, Manifest } from '../compile/kubernetes/manifest.ts';
import { accessOf, type PolicyFacts } from './facts.ts';

/** Objects of ordinary runs, as agent-and-kubernetes.md 2 has them, and what the agent knows of these runs. For tests. */
const uuid = '3f1b'.repeat(8);
export const ownName = `tdm-${uuid}-1`;

const { connections } = catalogueShape.parse({
  connections: [
    { name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'data-pvc', mountPath: '/data', readOnly: true } },
    { name: 'disk', kind: 'host_path', schema: { hostPath: '/srv/disk', mountPath: '/disk', readOnly: true } },
    { name: 'db', kind: 'postgres', secret: { name: 'db-secret' }, configMap: { name: 'db-conf' } },
    { name: 'repo', kind: 'git', schema: { url: 'https://git.example/r.git' }, secret: { name: 'git-secret' } },
    { name: 'store', kind: 's3', schema: { bucket: 's3://bkt' }, secret: { name: 's3-secret' } },
  ],
});
const accessTo = (...names: readonly string[]) => accessOf(names.flatMap((name) => connections.get(name) ?? []));

export const facts: PolicyFacts = {
  run: { uuid, attempt: 1 },
  agentId: 'a1',
  namespaces: new Set(['runs']),
  serviceAccount: 'runs-sa',
  imagePullSecrets: new Set(['registry-of-the-admin']),
  priorityClass: 'runs-normal',
  helperImages: new Set(['registry.example:5000/tandem/helper:1']),
  annotations: new Set(['vault.example/inject=true']),
  access: accessTo('data', 'disk', 'db'),
  helpers: new Map([
    ['tandem-artifacts-path', accessTo('store')],
    ['tandem-collector', accessTo('store')],
    ['tandem-git-0', accessTo('repo')],
  ]),
};

const labels = {
  'app.kubernetes.io/name': 'train',
  'app.kubernetes.io/managed-by': 'tandem',
  'tandem.dev/run': uuid,
  'tandem.dev/agent': 'a1',
  'tandem.dev/attempt': '1',
};
const annotations = {
  'tandem.dev/owner': 'acme',
  'tandem.dev/generation': '3',
  'tandem.dev/settings': '{}',
  'vault.example/inject': 'true',
  note: 'written by hand',
};
const metadata = { name: ownName, namespace: 'runs', labels, annotations };

const helper = (name: string, secret: string, more: Readonly<Record<string, Json>> = {}): Json => ({
  name,
  image: 'registry.example:5000/tandem/helper:1',
  imagePullPolicy: 'IfNotPresent',
  command: ['tandem-helper', 'init'],
  env: [{ name: 'TANDEM_TASK', value: '{}' }],
  envFrom: [{ secretRef: { name: secret } }],
  volumeMounts: [
    { name: 'artifacts', mountPath: '/plx-context/artifacts' },
    { name: 'configs', mountPath: '/plx-context/.configs', readOnly: true },
  ],
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  terminationMessagePolicy: 'FallbackToLogsOnError',
  ...more,
});

export const pod: { readonly [field: string]: Json } = {
  serviceAccountName: 'runs-sa',
  automountServiceAccountToken: false,
  restartPolicy: 'Never',
  terminationGracePeriodSeconds: 90,
  priorityClassName: 'runs-normal',
  schedulerName: 'default-scheduler',
  nodeSelector: { 'example.com/pool': 'gpu' },
  tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }],
      },
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { topologyKey: 'host', labelSelector: { matchLabels: { app: 'x' } } } },
      ],
    },
  },
  imagePullSecrets: [{ name: 'registry-of-the-admin' }],
  securityContext: { runAsUser: 1000, fsGroup: 1000, supplementalGroups: [5] },
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['10.0.0.10'], searches: ['svc'], options: [{ name: 'ndots', value: '2' }] },
  initContainers: [
    helper('tandem-artifacts-path', 's3-secret'),
    helper('tandem-git-0', 'git-secret'),
    helper('tandem-collector', 's3-secret', { command: ['tandem-helper', 'collect'], restartPolicy: 'Always' }),
  ],
  containers: [
    {
      name: 'main',
      image: 'busybox:1.36',
      command: ['sh', '-c'],
      args: ['ls /data'],
      workingDir: '/work',
      env: [
        { name: 'A', value: '' },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db-secret', key: 'PASSWORD', optional: true } } },
        { name: 'HOST', valueFrom: { configMapKeyRef: { name: 'db-conf', key: 'HOST' } } },
      ],
      envFrom: [{ secretRef: { name: 'db-secret' } }, { prefix: 'DB_', configMapRef: { name: 'db-conf' } }],
      ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
      resources: {
        limits: { cpu: '2', memory: '4Gi', 'nvidia.com/gpu': 1 },
        requests: { cpu: '500m', memory: '1Gi' },
      },
      volumeMounts: [
        { name: 'configs', mountPath: '/plx-context/.configs', readOnly: true },
        { name: 'artifacts', mountPath: '/plx-context/artifacts' },
        { name: 'shm', mountPath: '/dev/shm' },
        { name: 'data', mountPath: '/data' },
        { name: 'disk', mountPath: '/disk', readOnly: true, subPath: 'a' },
        { name: 'both', mountPath: '/both' },
        { name: 'labels', mountPath: '/labels' },
      ],
      livenessProbe: { httpGet: { path: '/health', port: 'http', scheme: 'HTTP' }, periodSeconds: 5 },
      readinessProbe: { tcpSocket: { port: 8080 } },
      startupProbe: { exec: { command: ['true'] } },
      lifecycle: { preStop: { exec: { command: ['sync'] } }, postStart: { sleep: { seconds: 1 } } },
      securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: false, procMount: 'Default' },
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
    { name: 'side', image: 'ghcr.io/acme/side@sha256:'.concat('a'.repeat(64)), tty: false },
  ],
  volumes: [
    { name: 'configs', secret: { secretName: `${ownName}-token`, defaultMode: 0o444 } },
    { name: 'artifacts', emptyDir: {} },
    { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '2Gi' } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data-pvc', readOnly: true } },
    { name: 'disk', hostPath: { path: '/srv/disk', type: 'Directory' } },
    {
      name: 'both',
      projected: {
        sources: [
          { secret: { name: 'db-secret', items: [{ key: 'k', path: 'k', mode: 256 }] } },
          { configMap: { name: 'db-conf' } },
          { downwardAPI: { items: [{ path: 'uid', fieldRef: { fieldPath: 'metadata.uid' } }] } },
        ],
      },
    },
    { name: 'labels', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  ],
};

const templateOf = (spec: { readonly [field: string]: Json }): Json => ({
  metadata: { labels: { ...labels, 'tandem.dev/role': 'main', team: 'vision' }, annotations },
  spec,
});
const template = templateOf(pod);
const replica = (replicas: number): Json => ({ replicas, restartPolicy: 'OnFailure', template });
const runPolicy: Json = { cleanPodPolicy: 'None', backoffLimit: 0, schedulingPolicy: { minAvailable: 2, queue: 'q' } };
const servicePorts: Json = [{ name: 'p-8080', port: 8080, targetPort: 8080, protocol: 'TCP' }];
const owned = {
  ...metadata,
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: ownName, uid: 'u-1', controller: true }],
};

const daskSelector: Json = { 'dask.org/cluster-name': ownName, 'dask.org/component': 'scheduler' };

/** By name; each goes to the API server in one attempt. */
export const ordinary = {
  job: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 3600,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } },
        ],
      },
      template,
    },
  },
  indexedJob: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, name: `${ownName}-worker` },
    spec: { completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimit: 0, template },
  },
  deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'tandem.dev/run': uuid } },
      strategy: { type: 'Recreate' },
      template: templateOf({ ...pod, restartPolicy: 'Always' }),
    },
  },
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...owned, name: `tdm-${uuid}` },
    spec: { type: 'ClusterIP', selector: { 'tandem.dev/run': uuid }, ports: servicePorts },
  },
  secret: {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...owned, name: `${ownName}-token` },
    type: 'Opaque',
    data: { '.auth': 'e30=' },
  },
  configMap: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, name: `${ownName}-hosts` },
    data: { hostfile: 'a slots=1' },
  },
  tfjob: {
    apiVersion: 'kubeflow.org/v1',
    kind: 'TFJob',
    metadata,
    spec: {
      runPolicy,
      successPolicy: 'AllWorkers',
      tfReplicaSpecs: { Chief: replica(1), Worker: replica(2), PS: replica(1) },
    },
  },
  pytorchjob: {
    apiVersion: 'kubeflow.org/v1',
    kind: 'PyTorchJob',
    metadata,
    spec: {
      runPolicy,
      nprocPerNode: '2',
      elasticPolicy: { minReplicas: 1, maxReplicas: 4, rdzvBackend: 'c10d', rdzvConf: [{ key: 'a', value: 'b' }] },
      pytorchReplicaSpecs: { Master: replica(1), Worker: replica(2) },
    },
  },
  mpijob: {
    apiVersion: 'kubeflow.org/v2beta1',
    kind: 'MPIJob',
    metadata,
    spec: { runPolicy, slotsPerWorker: 1, mpiReplicaSpecs: { Launcher: replica(1), Worker: replica(2) } },
  },
  raycluster: {
    apiVersion: 'ray.io/v1',
    kind: 'RayCluster',
    metadata,
    spec: {
      rayVersion: '2.9.0',
      enableInTreeAutoscaling: true,
      autoscalerOptions: { upscalingMode: 'Default', resources: { limits: { cpu: '1' } } },
      headGroupSpec: { rayStartParams: { 'dashboard-host': '0.0.0.0' }, template },
      workerGroupSpecs: [{ groupName: 'w', replicas: 1, minReplicas: 1, maxReplicas: 5, rayStartParams: {}, template }],
    },
  },
  rayjob: {
    apiVersion: 'ray.io/v1',
    kind: 'RayJob',
    metadata,
    spec: {
      entrypoint: 'python a.py',
      runtimeEnvYAML: '{}',
      metadata: { job: 'a' },
      shutdownAfterJobFinishes: false,
      rayClusterSpec: { headGroupSpec: { rayStartParams: {}, template }, workerGroupSpecs: [] },
    },
  },
  daskcluster: {
    apiVersion: 'kubernetes.dask.org/v1',
    kind: 'DaskCluster',
    metadata,
    spec: {
      scheduler: { spec: pod, service: { type: 'ClusterIP', selector: daskSelector, ports: servicePorts } },
      worker: { replicas: 2, spec: pod },
    },
  },
  daskautoscaler: {
    apiVersion: 'kubernetes.dask.org/v1',
    kind: 'DaskAutoscaler',
    metadata,
    spec: { cluster: ownName, minimum: 1, maximum: 6 },
  },
} satisfies Readonly<Record<string, Manifest>>;

export type OrdinaryName = keyof typeof ordinary;
