import assert from 'node:assert/strict';
import { eventually } from '../support/eventually.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type Installation, startInstallation } from './support/installation.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

clusterSuite('runs in a real cluster', () => {
  let cluster: Cluster;
  let tandem: Installation;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'outcomes', node: 'kubelet' });
    await cluster.importBusybox();
    tandem = await startInstallation(cluster, 'outcomes', {
      policy: { serviceAccounts: ['missing'], secrets: ['*'], configMaps: ['*'], devices: ['example.com/*'] },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
    await cluster?.stop();
  });
  beforeEach(function () {
    this.timeout(120_000);
    this.currentTest?.timeout(120_000);
  });

  it('ends with success, and its log is there', async () => {
    const uuid = await tandem.job('echo one; echo two >&2');
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['succeeded', 'Completed'], end.message);
    assert.deepEqual(end.history.slice(0, 5), ['created', 'compiled', 'queued', 'scheduled', 'starting']);
    // The two come through pipes of their own: containerd keeps the order of each, not the order between them.
    assert.deepEqual((await tandem.stack.rest.logs(uuid)).toSorted(), ['one', 'two']);
  });

  it('streams the log while the run runs, and has its last lines when it is stopped', async () => {
    const uuid = await tandem.job('trap "echo bye; exit 0" TERM; echo begun; sleep 60 & wait');
    await eventually('the first line', async () => (await tandem.stack.rest.logs(uuid)).includes('begun'), 30_000);
    await stop(uuid);
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['stopped', 'UserStop'], end.message);
    await eventually('no pod is left', async () => (await podsOf(uuid)).length === 0, 40_000);
    assert.deepEqual(await tandem.stack.rest.logs(uuid), ['begun', 'bye']);
  });

  it('stops a run that ignores the polite signal', async () => {
    const uuid = await tandem.job('trap "" TERM; echo up; while true; do sleep 1; done');
    await eventually('it is up', async () => (await tandem.stack.rest.logs(uuid)).includes('up'), 30_000);
    await stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
  });

  it('stops a run that has no pod yet, and one that waits for a node', async () => {
    const uuid = await tandem.job('true', { container: { resources: { requests: { cpu: '900' } } } });
    await stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
    await eventually('no pod is left', async () => (await podsOf(uuid)).length === 0, 40_000);
  });

  it('fails with the exit code and the last words of the program', async () => {
    const uuid = await tandem.job('echo the disk is full >&2; exit 3');
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['failed', 'ContainerFailed']);
    assert.match(end.message, /"main" ended with exit code 3: the disk is full/);
  });

  it('tries again as often as it may, then fails', async () => {
    const uuid = await tandem.job('echo said; exit 4', { component: { termination: { maxRetries: 1 } } });
    const end = await tandem.untilFinal(uuid, 80_000);
    assert.deepEqual([end.status, end.reason], ['failed', 'ContainerFailed']);
    assert.ok(end.history.includes('retrying'), end.history.join());
    assert.equal((await podsOf(uuid)).length, 2);
    assert.deepEqual(await tandem.stack.rest.logs(uuid), ['said', 'said']);
  });

  it('says that the memory was not enough', async () => {
    const uuid = await tandem.job('a=x; while true; do a="$a$a"; done', {
      container: { resources: { limits: { memory: '20Mi' } } },
    });
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['failed', 'OOMKilled'], end.message);
    assert.match(end.message, /more memory than its limit/);
  });

  it('says that no node can take it, and goes on when one can', async function () {
    this.timeout(240_000);
    const uuid = await tandem.job('true', {
      container: { resources: { requests: { 'example.com/gadget': '1' }, limits: { 'example.com/gadget': '1' } } },
    });
    const stuck = await tandem.untilReason(uuid, 'Unschedulable', 60_000);
    assert.equal(stuck.status, 'unschedulable');
    assert.match(stuck.message, /example.com\/gadget/);
    const gadgets = JSON.stringify({ status: { capacity: { 'example.com/gadget': '1' } } });
    await cluster.kubectl(['patch', 'node', 'node1', '--subresource=status', '--type=merge', '-p', gadgets]);
    assert.equal((await tandem.untilFinal(uuid, 150_000)).status, 'succeeded');
  });

  it('ends at its time limit', async () => {
    const uuid = await tandem.job('sleep 60', { component: { termination: { timeout: 3 } } });
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['failed', 'TimeoutExceeded']);
    assert.match(end.message, /3 s/);
  });

  it('names an image that is not there', async () => {
    const uuid = await tandem.job('true', {
      container: { image: 'docker.io/library/nothing:none', imagePullPolicy: 'Never' },
    });
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['failed', 'InvalidImage'], end.message);
    assert.match(end.message, /nothing:none/);
  });

  it('waits for a secret, and runs once it is there', async () => {
    const uuid = await tandem.job('test "$TOKEN" = abc', {
      container: { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'late', key: 'token' } } }] },
    });
    const stuck = await tandem.untilReason(uuid, 'MissingSecret');
    assert.equal(stuck.status, 'warning');
    assert.match(stuck.message, /"late"/);
    await cluster.kubectl(['-n', 'outcomes-runs', 'create', 'secret', 'generic', 'late', '--from-literal=token=abc']);
    assert.equal((await tandem.untilFinal(uuid, 80_000)).status, 'succeeded');
  });

  it('refuses what the API server refuses, with its words', async () => {
    const uuid = await tandem.job('true', { container: { ports: [{ containerPort: 70_000 }] } });
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['failed', 'InvalidObject']);
    assert.match(end.message, /containerPort.*between 1 and 65535/);
  });

  it('knows that somebody deleted its object', async () => {
    const uuid = await tandem.job('sleep 60');
    await tandem.stack.rest.untilStatus(uuid, 'running');
    await cluster.kubectl(['-n', 'outcomes-runs', 'delete', 'job', `tdm-${uuid}-1`, '--wait=false']);
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['stopped', 'DeletedExternally'], end.message);
  });

  it('runs a service until it is stopped', async () => {
    const uuid = await tandem.stack.rest.submit(
      JSON.stringify({
        kind: 'operation',
        component: {
          kind: 'component',
          plugins: { collectArtifacts: false, collectLogs: false },
          run: {
            kind: 'service',
            ports: [8080],
            container: { image: 'docker.io/library/busybox:test', command: ['httpd', '-f', '-p', '8080', '-h', '/'] },
          },
        },
      }),
    );
    await tandem.stack.rest.untilStatus(uuid, 'running');
    const service = (await tandem.objects('service')).find((each) => each.metadata.name === `tdm-${uuid}`);
    const ports = service?.spec?.['ports'] as readonly { readonly name: string; readonly port: number }[] | undefined;
    assert.deepEqual(
      ports?.map(({ name, port }) => [name, port]),
      [['p-8080', 8080]],
    );
    await stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
  });

  async function stop(uuid: string): Promise<void> {
    const answer = await tandem.stack.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    assert.equal(answer.status, 200, answer.text);
  }

  async function podsOf(uuid: string) {
    return (await tandem.objects('pods')).filter((each) => each.metadata.labels?.['tandem.dev/run'] === uuid);
  }
});
