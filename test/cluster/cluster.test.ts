import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { claimOf } from './support/claims.ts';
import { type Cluster, clusterFolder, startCluster } from './support/cluster.ts';
import { attempt } from './support/command.ts';
import { identityOf } from './support/process-identity.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

clusterSuite('a cluster with a real node', () => {
  let cluster: Cluster;
  let busybox: string;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'self-test-kubelet', node: 'kubelet' });
    busybox = await cluster.importBusybox();
  });
  after(async function () {
    this.timeout(60_000);
    await cluster?.stop();
  });

  it('runs a job to its end and shows its log', async function () {
    this.timeout(60_000);
    await cluster.apply(job('greets', busybox, 'echo hello from $HOSTNAME; ls /no/such || true'));
    await complete(cluster, 'greets');
    // Between its two outputs there is no order.
    const lines = (await cluster.kubectl(['logs', 'job/greets'])).trim().split('\n');
    assert.equal(lines.length, 2);
    assert.ok(
      lines.some((line) => /^hello from greets-\w+$/.test(line)) && lines.some((line) => line.includes('/no/such')),
    );
  });

  it('lets pods reach a process outside of the namespace', async function () {
    this.timeout(60_000);
    const server = createServer((_, answer) => answer.end('from outside')).listen(0, cluster.outsideAddress);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await cluster.apply(job('calls', busybox, `wget -q -O - http://${cluster.outsideAddress}:${port}/`));
    await complete(cluster, 'calls');
    server.close();
    assert.equal(await cluster.kubectl(['logs', 'job/calls']), 'from outside');
  });

  it('lets an outside process and one inside reach the API server', async function () {
    this.timeout(60_000);
    const inside = await cluster.exec(['kubectl', `--server=${cluster.insideUrl}`, 'get', '--raw', '/readyz']);
    assert.deepEqual(inside, { code: 0, stdout: 'ok', stderr: '' });
    assert.equal(await cluster.kubectl([`--server=${cluster.apiServerUrl}`, 'get', '--raw', '/readyz']), 'ok');
  });

  it('goes on after its API server and its kubelet were killed', async function () {
    this.timeout(120_000);
    for (const name of ['apiserver', 'kubelet'] as const) {
      await cluster.kill(name);
      assert.equal(cluster.components().find((each) => each.name === name)?.alive, false);
      await cluster.restart(name);
    }
    await cluster.ready();
    await cluster.apply(job('later', busybox, 'true'));
    await complete(cluster, 'later');
  });
});

clusterSuite('a cluster whose test was killed', () => {
  it('is removed when the next one starts', async function () {
    this.timeout(startLimitMs);
    const module = pathToFileURL(join(import.meta.dirname, 'support/cluster.ts')).href;
    const script = `
      const { startCluster } = await import(${JSON.stringify(module)});
      const cluster = await startCluster({ name: 'self-test-killed', node: { kwok: 1 } });
      console.log(JSON.stringify(cluster.components()));
      process.kill(process.pid, 'SIGKILL');`;
    const killed = await attempt([process.execPath, '--conditions=source', '--input-type=module', '-e', script]);
    const left = JSON.parse(killed.stdout.trim().split('\n').at(-1) ?? '') as ReturnType<Cluster['components']>;
    assert.deepEqual(
      left.filter((each) => !each.alive || identityOf(each.pid) === null),
      [],
      'the killed test has left a cluster',
    );
    assert.ok(claimOf(clusterFolder('self-test-killed')) !== null);

    const next = await startCluster({ name: 'self-test-next', node: { kwok: 1 } });
    await next.stop();
    assert.equal(claimOf(clusterFolder('self-test-killed')), null);
    assert.deepEqual(
      left.filter((each) => identityOf(each.pid) !== null),
      [],
    );
    assert.equal(existsSync(clusterFolder('self-test-killed')), false);
  });
});

clusterSuite('a cluster with simulated nodes', () => {
  let cluster: Cluster;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'self-test-kwok', node: { kwok: 3 } });
  });
  after(async function () {
    this.timeout(60_000);
    await cluster?.stop();
  });

  it('completes a job of 50 pods', async function () {
    this.timeout(60_000);
    const wide = job('wide', 'busybox', 'true');
    await cluster.apply({ ...wide, spec: { ...wide.spec, completions: 50, parallelism: 50 } });
    await complete(cluster, 'wide');
    const [succeeded] = await succeededAndFailed(cluster, 'wide');
    assert.equal(succeeded, '50');
  });

  it('fails a pod that an annotation says fails', async function () {
    this.timeout(60_000);
    await cluster.apply(job('broken', 'busybox', 'true', { 'tandem.test/exit-code': '3' }));
    await cluster.kubectl(['wait', '--for=condition=Failed', 'job/broken', '--timeout=50s']);
    const code = 'jsonpath={.items[0].status.containerStatuses[0].state.terminated.exitCode}';
    assert.equal(await cluster.kubectl(['get', 'pods', '-l', 'job-name=broken', '-o', code]), '3');
  });
});

async function complete(cluster: Cluster, name: string): Promise<void> {
  const ended = await eventually(
    `job ${name} has ended`,
    async () => {
      const [succeeded, failed] = await succeededAndFailed(cluster, name);
      const type = 'jsonpath={.status.conditions[?(@.status=="True")].type}';
      const conditions = await cluster.kubectl(['get', 'job', name, '-o', type]);
      return /Complete|Failed/.test(conditions) ? { conditions, succeeded, failed } : null;
    },
    50_000,
  );
  assert.match(ended.conditions, /Complete/, JSON.stringify(ended));
}

async function succeededAndFailed(cluster: Cluster, name: string): Promise<readonly string[]> {
  const counts = 'jsonpath={.status.succeeded} {.status.failed}';
  return (await cluster.kubectl(['get', 'job', name, '-o', counts])).split(' ');
}

function job(
  name: string,
  image: string,
  script: string,
  annotations: Readonly<Record<string, string>> = {},
): { readonly spec: object; readonly [field: string]: unknown } {
  const container = { name: 'main', image, imagePullPolicy: 'Never', command: ['sh', '-c', script] };
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] };
  const template = { metadata: { annotations }, spec };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { backoffLimit: 0, template } };
}
