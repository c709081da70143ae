import assert from 'node:assert/strict';
import { at, objectsFor, plain, type RunForTests, runUuid } from '../../testing/objects-for-tests.ts';
import type { OperatorApi } from './object-settings.ts';

const container = { image: 'i' };
const leadFor = (api: OperatorApi, given: RunForTests) =>
  objectsFor({ plugins: plain, ...given, settings: { apis: new Set([api]) } });

describe('objects for operators', () => {
  it('of Kubeflow have a restart policy and a whole pod for each role', () => {
    const { lead, others } = leadFor('kubeflow.org/v1/TFJob', {
      kind: 'tfjob',
      run: {
        cleanPodPolicy: 'All',
        successPolicy: 'AllWorkers',
        schedulingPolicy: { minAvailable: 2 },
        chief: { container },
        worker: { container, replicas: 3, environment: { restartPolicy: 'ExitCode' } },
        ps: { container },
      },
      termination: { maxRetries: 2, timeoutSeconds: 9 },
    });
    assert.deepEqual([lead.apiVersion, lead.kind, others.length], ['kubeflow.org/v1', 'TFJob', 0]);
    assert.deepEqual(at(lead, 'spec.runPolicy'), {
      cleanPodPolicy: 'All',
      backoffLimit: 2,
      activeDeadlineSeconds: 9,
      schedulingPolicy: { minAvailable: 2 },
    });
    assert.equal(at(lead, 'spec.successPolicy'), 'AllWorkers');
    const replicas = at(lead, 'spec.tfReplicaSpecs') as object;
    assert.deepEqual(
      Object.keys(replicas).map((role) => [
        role,
        at(replicas, `${role}.replicas`),
        at(replicas, `${role}.restartPolicy`),
      ]),
      [
        ['Chief', 1, 'OnFailure'],
        ['Worker', 3, 'ExitCode'],
        ['PS', 1, 'OnFailure'],
      ],
    );
    assert.equal(at(replicas, 'Worker.template.spec.containers.0.name'), 'tensorflow');
    const labels = at(replicas, 'Worker.template.metadata.labels') as Readonly<Record<string, string>>;
    assert.equal(labels['tandem.dev/role'], 'worker');
  });

  it('of PyTorch spell the keys of the elastic policy as the operator does', () => {
    const { lead } = leadFor('kubeflow.org/v1/PyTorchJob', {
      kind: 'pytorchjob',
      run: {
        nProcPerNode: 4,
        elasticPolicy: { rdvzBackend: 'c10d', rdvzPort: 29400, nProcPerNode: 2, minReplicas: 1 },
        worker: { container },
      },
    });
    assert.equal(at(lead, 'spec.nprocPerNode'), '4');
    assert.deepEqual(at(lead, 'spec.elasticPolicy'), {
      minReplicas: 1,
      rdzvBackend: 'c10d',
      rdzvPort: 29400,
      nProcPerNode: 2,
    });
    assert.equal(at(lead, 'spec.runPolicy.cleanPodPolicy'), 'None');
  });

  for (const version of ['v1', 'v2beta1'] as const)
    it(`of MPI take ${version} where it is there`, () => {
      const { lead } = leadFor(`kubeflow.org/${version}/MPIJob`, {
        kind: 'mpijob',
        run: { slotsPerWorker: 2, launcher: { container }, worker: { container } },
      });
      assert.deepEqual([lead.apiVersion, at(lead, 'spec.slotsPerWorker')], [`kubeflow.org/${version}`, 2]);
      assert.deepEqual(Object.keys(at(lead, 'spec.mpiReplicaSpecs') as object), ['Launcher', 'Worker']);
    });

  const ray = {
    rayVersion: '2.40',
    runtimeEnv: { pip: ['numpy'] },
    head: { container, rayStartParams: { 'dashboard-host': '127.0.0.1' } },
    workers: {
      'Small GPU': {
        container: { ...container, lifecycle: { preStop: { sleep: { seconds: 1 } } } },
        replicas: 2,
        minReplicas: 1,
        rayStartParams: { 'num-cpus': 1 },
      },
    },
  };

  it('of Ray are a cluster that stays', () => {
    const { lead } = leadFor('ray.io/v1/RayCluster', { kind: 'raycluster', run: ray });
    assert.equal(lead.kind, 'RayCluster');
    assert.deepEqual(at(lead, 'spec.headGroupSpec.rayStartParams'), { 'dashboard-host': '127.0.0.1' });
    const head = at(lead, 'spec.headGroupSpec.template.spec.containers.0.ports') as readonly object[];
    assert.deepEqual(
      head.map((port) => at(port, 'name')),
      ['gcs-server', 'dashboard', 'client', 'serve'],
    );
    const worker = at(lead, 'spec.workerGroupSpecs.0') as object;
    assert.deepEqual(
      ['groupName', 'replicas', 'minReplicas', 'maxReplicas', 'rayStartParams', 'template.spec.restartPolicy'].map(
        (key) => at(worker, key),
      ),
      ['small-gpu', 2, 1, undefined, { 'num-cpus': '1' }, 'Never'],
    );
    assert.deepEqual(at(worker, 'template.spec.containers.0.lifecycle'), { preStop: { sleep: { seconds: 1 } } });
    const labels = at(worker, 'template.metadata.labels') as Readonly<Record<string, string>>;
    assert.equal(labels['tandem.dev/role'], 'worker-small-gpu');
    assert.deepEqual(JSON.parse(lead.metadata.annotations['tandem.dev/ray'] ?? ''), {
      runtimeEnv: { pip: ['numpy'] },
      metadata: null,
    });
  });

  it('of Ray end with the command where there is one', () => {
    const { lead } = leadFor('ray.io/v1/RayJob', {
      kind: 'raycluster',
      run: { ...ray, entrypoint: 'python run.py', metadata: { a: 1 } },
      termination: { timeoutSeconds: 9 },
    });
    assert.deepEqual(
      ['entrypoint', 'runtimeEnvYAML', 'metadata', 'activeDeadlineSeconds', 'rayClusterSpec.rayVersion'].map((key) =>
        at(lead, `spec.${key}`),
      ),
      ['python run.py', '{"pip":["numpy"]}', { a: '1' }, 9, '2.40'],
    );
  });

  it('of Dask bring labels and annotations of the run and of each role to the pods', () => {
    const role = (name: string) => ({
      container,
      environment: { labels: { team: name, cost: 7 }, annotations: { note: name } },
      connections: ['c'],
    });
    const { lead } = leadFor('kubernetes.dask.org/v1/DaskCluster', {
      kind: 'daskcluster',
      run: { scheduler: role('head'), worker: role('crew') },
      connections: [{ name: 'c', kind: 'custom', annotations: { from: 'connection' } }],
    });
    for (const [place, name] of [
      ['scheduler', 'head'],
      ['worker', 'crew'],
    ]) {
      const { labels, annotations } = at(lead, `spec.${place}.metadata`) as typeof lead.metadata;
      assert.deepEqual(
        ['team', 'cost', 'tandem.dev/role', 'tandem.dev/run', 'app.kubernetes.io/component'].map((key) => labels[key]),
        [name, '7', place, runUuid, 'tandem-daskclusters'],
      );
      assert.deepEqual(
        ['note', 'from', 'tandem.dev/owner'].map((key) => annotations[key]),
        [name, 'connection', 'acme'],
      );
    }
    // The cluster stands for both roles, and the operator puts its labels on all pods.
    assert.equal('team' in lead.metadata.labels, false);
  });

  it('of Dask have default commands, and an autoscaler when both ends are given', () => {
    const dask = (run: object) => leadFor('kubernetes.dask.org/v1/DaskCluster', { kind: 'daskcluster', run });
    const { lead, others } = dask({
      minReplicas: 1,
      maxReplicas: 5,
      scheduler: { container },
      worker: { container, replicas: 2 },
    });
    const prefix = `/monitors/v1/runs/acme/vision/runs/${runUuid}/tdm-${runUuid}-1-scheduler/8787`;
    const scheduler = 'spec.scheduler.spec.containers.0';
    assert.deepEqual(at(lead, `${scheduler}.args`), ['dask-scheduler', '--dashboard-prefix', prefix]);
    assert.equal(at(lead, `${scheduler}.readinessProbe.httpGet.path`), `${prefix}/health`);
    assert.deepEqual(at(lead, 'spec.worker.spec.containers.0.args'), [
      'dask-worker',
      '--name',
      '$(DASK_WORKER_NAME)',
      '--dashboard',
      '--dashboard-address',
      '8788',
    ]);
    assert.deepEqual(
      others.map(({ kind, spec }) => [kind, spec]),
      [['DaskAutoscaler', { cluster: `tdm-${runUuid}-1`, minimum: 1, maximum: 5 }]],
    );
    const own = {
      scheduler: {
        container: {
          ...container,
          args: ['own'],
          ports: [{ containerPort: 1 }],
          livenessProbe: { exec: { command: ['x'] } },
        },
      },
    };
    const other = dask({ ...own, minReplicas: 1 });
    assert.deepEqual(at(other.lead, `${scheduler}.args`), ['own', '--dashboard-prefix', prefix]);
    assert.deepEqual(at(other.lead, `${scheduler}.ports`), [{ containerPort: 1 }]);
    assert.deepEqual(at(other.lead, `${scheduler}.livenessProbe`), { exec: { command: ['x'] } });
    assert.equal(other.others.length, 0);
  });
});
