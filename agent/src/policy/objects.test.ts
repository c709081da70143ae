import assert from 'node:assert/strict';
import { type Sealed, type SealedSpec, sealBytes } from '@tandem/shared/wire';
import { catalogueShape } from '../compile/catalogue.ts';
import type { ObjectSettings, OperatorApi } from '../compile/kubernetes/object-settings.ts';
import { toObjects } from '../compile/kubernetes/objects.ts';
import { clusterPaths } from '../compile/kubernetes/paths.ts';
import { finishCompilation } from '../compile/stages.ts';
import { aSpec } from '../testing/a-spec.ts';
import { evaluate } from './evaluate.ts';
import { factsOf } from './facts-of-plan.ts';
import { readPolicy } from './policy.ts';

const uuid = '5'.repeat(32);
const catalogue = catalogueShape.parse({
  connections: [
    { name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'data-pvc', mountPath: '/data', readOnly: true } },
    { name: 'disk', kind: 'host_path', schema: { hostPath: '/srv/disk', mountPath: '/disk', readOnly: true } },
    {
      name: 'db',
      kind: 'postgres',
      secret: { name: 'db-secret', items: ['PASSWORD'] },
      configMap: { name: 'db-conf', mountPath: '/etc/db' },
    },
    { name: 'repo', kind: 'git', schema: { url: 'https://git.example/r.git' }, secret: { name: 'git-secret' } },
    {
      name: 'keys',
      kind: 'ssh',
      schema: { url: 'git@git.example:r' },
      secret: { name: 'ssh-secret', mountPath: '/keys' },
    },
    { name: 'cloud', kind: 'aws', annotations: { 'iam.amazonaws.com/role': 'runs' } },
  ],
  artifactsStore: { name: 'store', kind: 's3', schema: { bucket: 's3://bkt' }, secret: { name: 's3-secret' } },
});

const apis: readonly OperatorApi[] = [
  'kubeflow.org/v1/TFJob',
  'kubeflow.org/v1/PyTorchJob',
  'kubeflow.org/v1/MPIJob',
  'ray.io/v1/RayCluster',
  'ray.io/v1/RayJob',
  'kubernetes.dask.org/v1/DaskCluster',
];
const helper = {
  image: 'ghcr.io/tandem/helper:1',
  pullPolicy: null,
  resources: { limits: { memory: '64Mi' } },
} as const;
const settings = (given: readonly OperatorApi[]): ObjectSettings => ({
  agentId: 'a1',
  version: '0.1.0',
  helpers: { init: helper, collector: helper },
  sleepSeconds: 10,
  syncSeconds: 10,
  serviceAccount: 'runs-sa',
  defaults: {
    nodeSelector: null,
    tolerations: null,
    affinity: null,
    imagePullSecrets: ['pull'],
    securityContext: null,
    resources: { requests: { cpu: '100m' } },
    priorityClassName: 'runs',
  },
  shmSize: '1Gi',
  apis: new Set(given),
  holdsPods: true,
  compat: true,
});

/** What a run section in JSON gives, and what the policy says to it. */
function judge(run: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}, given = apis) {
  const kind = String(run['kind']);
  const base = aSpec(uuid);
  const spec: SealedSpec = {
    ...base,
    run: { ...base.run, runtime: kind, namespace: 'runs' },
    connections: [...catalogue.connections.keys()],
    plugins: toSealed(more['plugins'] ?? {}) as SealedSpec['plugins'],
    body: toSealed(run) as SealedSpec['body'],
  };
  const plan = finishCompilation(
    sealBytes(spec),
    { uuid, attempt: 2, generation: 1 },
    {
      catalogue,
      paths: clusterPaths(uuid, catalogue.artifactsStore),
      settings: { host: 'https://cp.example', compat: true, graceSeconds: 30 },
    },
  );
  assert.ok(plan.ok, plan.ok ? '' : plan.message);
  const objects = toObjects(plan.value, settings(given));
  assert.ok(objects.ok, objects.ok ? '' : objects.message);
  const facts = factsOf({
    plan: plan.value,
    settings: settings(given),
    catalogue,
    namespaces: ['runs'],
  });
  const all = [objects.value.lead, ...objects.value.others];
  const found = evaluate(all, readPolicy(more['policy']).policy, facts);
  return { kinds: all.map((each) => each.kind), found: found.map(({ path, rule }) => `${rule}: ${path}`) };
}

function toSealed(value: unknown): Sealed {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toSealed);
  if (typeof value !== 'object' || value === null) return value as Sealed;
  return new Map(Object.entries(value).map(([key, each]) => [key, toSealed(each)]));
}

const container = { image: 'busybox:1', command: ['sh', '-c', 'true'] };
const gpu = { ...container, resources: { limits: { 'nvidia.com/gpu': 1, cpu: 2 }, requests: { memory: '1Gi' } } };
const replica = (replicas: number) => ({ replicas, container: gpu });
const init = [
  { connection: 'repo' },
  { connection: 'keys', git: { url: 'git@git.example:other' } },
  { git: { url: 'https://git.example/public.git', revision: 'v1' } },
  { artifacts: { files: ['a'], dirs: ['b'] } },
  { file: { filename: 'run.sh', content: 'true', chmod: '+x' } },
  { dockerfile: { image: 'python:3' } },
  { tensorboard: { port: 6006, uuids: 'a'.repeat(32) } },
  { connection: 'db', container: { name: 'prepares', image: 'busybox', command: ['true'] } },
  { container: { name: 'plain', image: 'busybox', command: ['true'] } },
];
const environment = {
  labels: { team: 'vision' },
  annotations: { note: 'x', 'prometheus.io/scrape': 'true' },
  nodeSelector: { pool: 'gpu' },
  tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
  securityContext: { runAsUser: 1000, fsGroup: 1000 },
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Never',
};

describe('policy: objects that the agent makes', () => {
  const cases: readonly {
    readonly name: string;
    readonly run: Readonly<Record<string, unknown>>;
    readonly kinds: readonly string[];
    readonly more?: Readonly<Record<string, unknown>>;
    readonly apis?: readonly OperatorApi[];
  }[] = [
    { name: 'job', run: { kind: 'job', container }, kinds: ['Job'] },
    {
      name: 'job with connections, init steps, sidecar and environment',
      run: {
        kind: 'job',
        container: gpu,
        connections: ['data', 'disk', 'db', 'cloud'],
        init,
        environment,
        sidecars: [{ name: 'side', ...container }],
        volumes: [{ name: 'scratch', emptyDir: {} }],
      },
      kinds: ['Job'],
    },
    {
      name: 'job that uses the store itself',
      run: { kind: 'job', container },
      more: { plugins: { mountArtifactsStore: true }, main: ['store'] },
      kinds: ['Job'],
    },
    {
      name: 'job without plugins',
      run: { kind: 'job', container },
      more: { plugins: { auth: false, collectArtifacts: false, collectLogs: false, shm: false }, main: ['store'] },
      kinds: ['Job'],
    },
    {
      name: 'job with docker',
      run: { kind: 'job', container },
      more: { plugins: { docker: true }, policy: { dockerSocket: true } },
      kinds: ['Job'],
    },
    {
      name: 'service',
      run: {
        kind: 'service',
        container,
        ports: [8080, 9090],
        replicas: 2,
        environment: { ...environment, restartPolicy: 'Always' },
      },
      kinds: ['Deployment', 'Service'],
    },
    { name: 'tfjob', run: { kind: 'tfjob', chief: replica(1), worker: replica(2), ps: replica(1) }, kinds: ['TFJob'] },
    {
      name: 'tfjob without the operator',
      run: { kind: 'tfjob', chief: replica(1), worker: replica(2) },
      apis: [],
      kinds: ['Job', 'Service', 'Job'],
    },
    {
      name: 'pytorchjob',
      run: {
        kind: 'pytorchjob',
        master: replica(1),
        worker: replica(2),
        elasticPolicy: { minReplicas: 1, maxReplicas: 3, rdvzBackend: 'c10d' },
        nProcPerNode: 2,
      },
      kinds: ['PyTorchJob'],
    },
    {
      name: 'pytorchjob without the operator',
      run: { kind: 'pytorchjob', master: replica(1), worker: replica(2) },
      apis: [],
      kinds: ['Job', 'Service', 'Job', 'Job'],
    },
    {
      name: 'mpijob',
      run: { kind: 'mpijob', launcher: replica(1), worker: replica(2), slotsPerWorker: 1 },
      kinds: ['MPIJob'],
    },
    {
      name: 'mpijob of the newer operator',
      run: { kind: 'mpijob', launcher: replica(1), worker: replica(2) },
      apis: ['kubeflow.org/v2beta1/MPIJob'],
      kinds: ['MPIJob'],
    },
    {
      name: 'raycluster',
      run: {
        kind: 'raycluster',
        rayVersion: '2.9.0',
        head: { container },
        workers: { small: { ...replica(1), minReplicas: 1, maxReplicas: 4, rayStartParams: { 'num-cpus': 2 } } },
        runtimeEnv: { pip: ['a'] },
      },
      kinds: ['RayCluster'],
    },
    {
      name: 'raycluster with a command',
      run: { kind: 'raycluster', entrypoint: 'python a.py', head: { container }, workers: {}, metadata: { a: 'b' } },
      kinds: ['RayJob'],
    },
    {
      name: 'daskcluster',
      run: { kind: 'daskcluster', scheduler: { container }, worker: replica(2), minReplicas: 1, maxReplicas: 4 },
      kinds: ['DaskCluster', 'DaskAutoscaler'],
    },
  ];
  for (const { name, run, kinds, more, apis: given } of cases)
    it(`allows a ${name}`, () => assert.deepEqual(judge(run, more, given), { kinds, found: [] }));
});

describe('policy: files that want more than their connections', () => {
  const main = 'spec.template.spec.containers[0]';
  it('denies the secret of the store to the main container', () => {
    const env = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 's3-secret', key: 'k' } } }];
    const { found } = judge({ kind: 'job', container: { ...container, env } });
    assert.equal(found.length, 1);
    assert.match(
      found[0] ?? '',
      /^secrets: spec\.template\.spec\.containers\[0\]\.env\[\d+\]\.valueFrom\.secretKeyRef\.name$/,
    );
  });

  it('denies a connection of the agent that the run does not ask for', () => {
    const { found } = judge({
      kind: 'job',
      container: { ...container, envFrom: [{ secretRef: { name: 'db-secret' } }] },
    });
    assert.deepEqual(found, [`secrets: ${main}.envFrom[0].secretRef.name`]);
  });

  it('denies to write where a connection is for reading', () => {
    const volumeMounts = [{ name: 'mine', mountPath: '/w' }];
    const volumes = [{ name: 'mine', hostPath: { path: '/srv/disk' } }];
    const { found } = judge({ kind: 'job', connections: ['disk'], container: { ...container, volumeMounts }, volumes });
    assert.deepEqual(found, [`hostPath: ${main}.volumeMounts[0].readOnly`]);
  });

  it('denies everything of the environment that is the node’s', () => {
    const wants = {
      hostNetwork: true,
      hostPID: true,
      nodeName: 'n',
      serviceAccountName: 'admin',
      priorityClassName: 'high',
    };
    const { found } = judge({ kind: 'job', container, environment: wants });
    assert.deepEqual(found.map((each) => each.split(':')[0]).sort(), [
      'hostNetwork',
      'hostPID',
      'nodeName',
      'priorityClasses',
      'serviceAccounts',
    ]);
  });

  it('denies the docker plugin', () => {
    assert.match(judge({ kind: 'job', container }, { plugins: { docker: true } }).found.join(), /^dockerSocket: /);
  });

  it('denies whatever a file puts into a container past the known fields', () => {
    const odd = {
      ...container,
      securityContext: { privileged: true, seLinuxOptions: { type: 'spc_t' } },
      volumeDevices: [],
    };
    assert.deepEqual(judge({ kind: 'job', container: odd }).found.sort(), [
      `fields: ${main}.securityContext.seLinuxOptions`,
      `fields: ${main}.volumeDevices`,
      `privileged: ${main}.securityContext.privileged`,
    ]);
  });
});
