import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import type { SeenRequest } from './support/api-proxy.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './support/situation.ts';
import { startWebhook } from './support/webhook.ts';

const isJobMade = ({ method, path }: SeenRequest): boolean => method === 'POST' && /\/jobs\?fieldManager/.test(path);

clusterSuite('situations: the cluster refuses', () => {
  let cluster: Cluster;
  let tandem: Situation;
  let pid: number;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
    for (const name of ['refuses-going', 'refuses-goes'])
      await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    tandem = await startSituation(cluster, 'refuses', {
      agent: { namespaces: ['refuses-runs', 'refuses-missing', 'refuses-going', 'refuses-goes'] },
      kubernetes: { graces: { stuckSeconds: 1, configSeconds: 40, unschedulableSeconds: 1 } },
    });
    pid = tandem.agentPid();
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  afterEach(() => livesOn(tandem, pid));

  const quota = (hard: Readonly<Record<string, string>>): Promise<void> =>
    cluster.apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'tight', namespace: tandem.runs },
      spec: { hard },
    });
  const liftQuota = (): Promise<string> => cluster.kubectl(['-n', tandem.runs, 'delete', 'resourcequota', 'tight']);

  it('15: a quota that refuses the job keeps the run in its queue, with the words of the quota', async function () {
    this.timeout(60_000);
    await quota({ 'count/jobs.batch': '0' });
    await eventually('the quota counts', async () =>
      (
        await cluster.kubectl(['-n', tandem.runs, 'get', 'resourcequota', 'tight', '-o', 'jsonpath={.status.hard}'])
      ).includes('jobs'),
    );
    const uuid = await tandem.simulated({});
    const full = await tandem.untilReason(uuid, 'ClusterQuota');
    assert.equal(full.status, 'queued');
    assert.match(full.message, /exceeded quota: tight, requested: count\/jobs.batch=1/);
    await liftQuota();
    assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
  });

  it('15: a quota that refuses the pod is a warning with the same words, and ends with its cause', async function () {
    this.timeout(90_000);
    await quota({ pods: '0' });
    const uuid = await tandem.simulated({});
    const full = await tandem.untilReason(uuid, 'ClusterQuota', 40_000);
    assert.equal(full.status, 'warning');
    assert.match(full.message, /exceeded quota: tight, requested: pods=1/);
    await liftQuota();
    assert.equal((await tandem.untilFinal(uuid, 80_000)).status, 'succeeded');
  });

  const inNamespace = (namespace: string) => tandem.simulated(undefined, { component: { namespace } });

  it('16: a namespace that is not there, or is being deleted, ends the run and makes none', async function () {
    this.timeout(60_000);
    const missing = await tandem.untilFinal(await inNamespace('refuses-missing'));
    assert.deepEqual([missing.status, missing.reason], ['failed', 'NamespaceMissing']);
    assert.match(await cluster.kubectl(['get', 'namespaces', '-o', 'name']), /refuses-runs/);
    assert.doesNotMatch(await cluster.kubectl(['get', 'namespaces', '-o', 'name']), /refuses-missing/);
    const holds = { name: 'holds', namespace: 'refuses-going', finalizers: ['tandem.test/holds'] };
    await cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: holds });
    await cluster.kubectl(['delete', 'namespace', 'refuses-going', '--wait=false']);
    const going = await tandem.untilFinal(await inNamespace('refuses-going'));
    assert.deepEqual([going.status, going.reason], ['failed', 'NamespaceGone']);
    const free = [
      '-n',
      'refuses-going',
      'patch',
      'configmap',
      'holds',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    ];
    await cluster.kubectl(free);
  });

  it('16: a namespace that is deleted under a run fails it, and says so', async function () {
    this.timeout(60_000);
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'tandem-runs', namespace: 'refuses-goes' },
    });
    const uuid = await inNamespace('refuses-goes');
    await tandem.untilStatus(uuid, 'running');
    await cluster.kubectl(['delete', 'namespace', 'refuses-goes', '--wait=false']);
    const end = await tandem.untilFinal(uuid, 20_000);
    assert.deepEqual([end.status, end.reason], ['failed', 'NamespaceGone'], end.message);
  });

  it('17: a service account that is missing is named; the run goes on when it is made', async function () {
    this.timeout(90_000);
    await cluster.kubectl(['-n', tandem.runs, 'delete', 'serviceaccount', 'tandem-runs']);
    const uuid = await tandem.simulated({});
    const stuck = await tandem.untilReason(uuid, 'MissingServiceAccount');
    assert.equal(stuck.status, 'warning');
    assert.match(stuck.message, /"tandem-runs" not found/);
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'tandem-runs', namespace: tandem.runs },
    });
    assert.equal((await tandem.untilFinal(uuid, 80_000)).status, 'succeeded');
  });

  it('17: a claim that is missing is named; the run goes on when it is made', async function () {
    this.timeout(90_000);
    const uuid = await tandem.simulated({}, { run: { environment: {}, volumes: [aClaim] }, container: aMount });
    const stuck = await tandem.untilReason(uuid, 'VolumeMount');
    assert.equal(stuck.status, 'warning');
    assert.match(stuck.message, /persistentvolumeclaim "data" not found/);
    const spec = { storageClassName: '', accessModes: ['ReadWriteOnce'] };
    await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'refuses-data' },
        spec: { ...spec, capacity: { storage: '1Gi' }, hostPath: { path: '/data' } },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: tandem.runs },
        spec: { ...spec, volumeName: 'refuses-data', resources: { requests: { storage: '1Gi' } } },
      },
    );
    assert.equal((await tandem.untilFinal(uuid, 80_000)).status, 'succeeded');
  });

  it('19: a webhook that denies ends the run with its words, and is asked once', async function () {
    this.timeout(60_000);
    const webhook = await startWebhook(cluster, { ...hook, name: 'denies', kind: 'Validating' });
    try {
      webhook.say(() => ({ allowed: false, message: 'no runs on Fridays' }));
      const end = await tandem.untilFinal(await tandem.simulated({}));
      assert.deepEqual([end.status, end.reason], ['failed', 'AdmissionDenied']);
      assert.match(end.message, /no runs on Fridays/);
      assert.equal(webhook.asked.length, 1);
    } finally {
      await webhook.close();
    }
  });

  it('19: a webhook that does not answer is waited for', async function () {
    this.timeout(90_000);
    const webhook = await startWebhook(cluster, { ...hook, name: 'sleeps', kind: 'Validating' });
    try {
      webhook.say(() => null);
      const uuid = await tandem.simulated({});
      await tandem.untilReason(uuid, 'StartNotMade');
      webhook.say(() => ({ allowed: true }));
      assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
    } finally {
      await webhook.close();
    }
  });

  it('19: what a webhook changes is left as it is, and nothing is applied again', async function () {
    this.timeout(60_000);
    const webhook = await startWebhook(cluster, { ...hook, name: 'changes', kind: 'Mutating' });
    try {
      webhook.say(() => ({
        allowed: true,
        patch: [{ op: 'add', path: '/spec/template/metadata/labels/mesh', value: 'on' }],
      }));
      const from = tandem.proxy.seen.length;
      const uuid = await tandem.simulated();
      await tandem.untilStatus(uuid, 'running');
      assert.equal((await tandem.pod(uuid)).metadata.labels?.['mesh'], 'on');
      await tandem.endPod((await tandem.pod(uuid)).metadata.name);
      assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
      assert.equal(tandem.proxy.seen.slice(from).filter(isJobMade).length, 1);
    } finally {
      await webhook.close();
    }
  });
  const hook = { group: 'batch', resource: 'jobs', namespace: 'refuses-runs' } as const;
});

const aClaim = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
const aMount = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
