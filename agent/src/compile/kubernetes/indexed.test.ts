import assert from 'node:assert/strict';
import { at, envOf, objectsFor, plain, podOf, refusalFor, runUuid } from '../../testing/objects-for-tests.ts';

const container = { image: 'i' };
const service = `tdm-${runUuid}.runs.svc`;
const job = (part: string) => `tdm-${runUuid}-1-${part}`;

describe('a distributed run without an operator', () => {
  it('has a name for each pod, which holds before the pod is ready', () => {
    const run = { master: { container }, worker: { container, replicas: 2 } };
    const { lead, others } = objectsFor({ kind: 'pytorchjob', run, plugins: plain });
    const [headless, ...jobs] = others;
    assert.equal(headless?.metadata.name, `tdm-${runUuid}`);
    assert.deepEqual(
      ['clusterIP', 'publishNotReadyAddresses', 'selector'].map((key) => at(headless ?? {}, `spec.${key}`)),
      ['None', true, { 'tandem.dev/run': runUuid }],
    );
    for (const each of [lead, ...jobs]) {
      assert.equal(at(each, 'spec.completionMode'), 'Indexed');
      assert.equal(podOf(each)['subdomain'], `tdm-${runUuid}`);
      assert.equal(podOf(each)['restartPolicy'], 'Never');
    }
    assert.deepEqual(
      [lead, ...jobs].map(({ metadata }) => [metadata.name, metadata.labels['tandem.dev/role']]),
      [
        [job('master-0'), 'master'],
        [job('worker-0'), 'worker'],
        [job('worker-1'), 'worker'],
      ],
    );
  });

  it('tells each pod of torch its rank, and where the first one is', () => {
    const run = { nProcPerNode: 4, master: { container }, worker: { container, replicas: 2 } };
    const { lead, others } = objectsFor({ kind: 'pytorchjob', run, plugins: plain });
    const environments = [lead, ...others.slice(1)].map((each) => envOf(podOf(each).containers[0]));
    assert.deepEqual(
      environments.map((env) => [env['RANK'], env['PET_NODE_RANK'], env['TANDEM_LEAD_ADDRESS']]),
      [
        ['0', '0', `${job('master-0')}-0`],
        ['1', '1', `${job('master-0')}-0.${service}`],
        ['2', '2', `${job('master-0')}-0.${service}`],
      ],
    );
    const shared = ['MASTER_ADDR', 'MASTER_PORT', 'WORLD_SIZE', 'PET_NNODES', 'PET_NPROC_PER_NODE', 'LOCAL_RANK'];
    for (const env of environments)
      assert.deepEqual(
        shared.map((name) => env[name]),
        ['$(TANDEM_LEAD_ADDRESS)', '23456', '12', '3', '4', undefined],
      );
    // Kubernetes puts a variable into those that come behind it.
    const names = Object.keys(environments[0] ?? {});
    assert.ok(names.indexOf('TANDEM_LEAD_ADDRESS') < names.indexOf('MASTER_ADDR'));
  });

  it('lets pods of torch that come and go meet at an address', () => {
    const run = {
      elasticPolicy: {
        minReplicas: 1,
        maxReplicas: 3,
        rdvzBackend: 'etcd',
        rdvzPort: 29400,
        maxRestarts: 5,
        rdvzConf: [{ key: 'a', value: 'b' }],
      },
      worker: { container, replicas: 2 },
    };
    const { lead } = objectsFor({ kind: 'pytorchjob', run, plugins: plain });
    const env = envOf(podOf(lead).containers[0]);
    assert.deepEqual(
      [
        'PET_RDZV_BACKEND',
        'PET_RDZV_ENDPOINT',
        'PET_NNODES',
        'PET_MAX_RESTARTS',
        'PET_RDZV_CONF',
        'PET_NODE_RANK',
        'LOCAL_RANK',
      ].map((name) => env[name]),
      ['etcd', '$(TANDEM_LEAD_ADDRESS):29400', '1:3', '5', 'a=b', undefined, '0'],
    );
  });

  it('tells each pod of tensorflow its cluster and its place in it', () => {
    const run = { chief: { container }, worker: { container, replicas: 2 }, evaluator: { container } };
    const { lead, others } = objectsFor({ kind: 'tfjob', run, plugins: plain });
    const jobs = [lead, ...others.slice(1)];
    assert.deepEqual(
      jobs.map((each) => [each.metadata.name, at(each, 'spec.completions'), at(each, 'spec.parallelism')]),
      [
        [job('chief'), 1, 1],
        [job('worker'), 2, 2],
        [job('evaluator'), 1, 1],
      ],
    );
    const main = podOf(jobs[1] ?? assert.fail()).containers[0];
    assert.equal(main?.name, 'tensorflow');
    assert.deepEqual(main?.env?.find(({ name }) => name === 'TANDEM_REPLICA_INDEX')?.valueFrom, {
      fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" },
    });
    // As Kubernetes hands it to the second worker.
    const config = JSON.parse((envOf(main)['TF_CONFIG'] ?? '').replace('$(TANDEM_REPLICA_INDEX)', '1'));
    assert.deepEqual(config, {
      cluster: {
        chief: [`${job('chief')}-0.${service}:2222`],
        worker: [0, 1].map((index) => `${job('worker')}-${index}.${service}:2222`),
      },
      task: { type: 'worker', index: 1 },
      environment: 'cloud',
    });
  });

  it('says nothing of a cluster to a single pod', () => {
    const { lead } = objectsFor({ kind: 'tfjob', run: { worker: { container } }, plugins: plain });
    assert.equal(envOf(podOf(lead).containers[0])['TF_CONFIG'], undefined);
  });

  const refusals: readonly (readonly [string, object, RegExp])[] = [
    ['mpijob', { launcher: { container } }, /MPIJob of kubeflow\.org\/v1 or kubeflow\.org\/v2beta1/],
    ['raycluster', { head: { container } }, /RayCluster of ray\.io\/v1/],
    ['raycluster', { head: { container }, entrypoint: 'x' }, /RayJob of ray\.io\/v1/],
    ['daskcluster', { scheduler: { container } }, /DaskCluster of kubernetes\.dask\.org\/v1/],
  ];
  for (const [kind, run, sentence] of refusals)
    it(`is refused for ${kind}, with the name of what is missing`, () =>
      assert.match(refusalFor({ kind, run }) ?? '', sentence));
});
