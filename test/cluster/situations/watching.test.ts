import assert from 'node:assert/strict';
import { ApiClient } from '../../../agent/src/adapters/kubernetes/api-client.ts';
import { kubeconfigAccess } from '../../../agent/src/adapters/kubernetes/cluster-access.ts';
import { listAndWatch } from '../../../agent/src/adapters/kubernetes/list-watch.ts';
import { silentLog } from '../../../agent/src/testing/silent-log.ts';
import { eventually } from '../../support/eventually.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { type ApiProxy, startApiProxy } from './support/api-proxy.ts';
import { simulatedCluster } from './support/shared-clusters.ts';

clusterSuite('situations: watches', () => {
  let cluster: Cluster;
  let proxy: ApiProxy;
  let client: ApiClient;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'watching' } });
    proxy = await startApiProxy(cluster, 'watching');
    client = new ApiClient(kubeconfigAccess(proxy.kubeconfig), 100);
  });
  after(async () => {
    client?.close();
    await proxy?.close();
  });
  afterEach(() => proxy.heal());

  /** Follows config maps; gives what was told, and how to end it. */
  function follow(silenceMs: number) {
    const told: string[] = [];
    const over = new AbortController();
    const following = listAndWatch(
      {
        client,
        path: '/api/v1/namespaces/watching/configmaps',
        labelSelector: 'test=watching',
        log: silentLog(),
        unit: () => 0.5,
        silenceMs,
        onObject: ({ metadata }) => told.push(`+${metadata.name}`),
        onDeleted: ({ metadata }) => told.push(`-${metadata.name}`),
        onListed: () => undefined,
      },
      over.signal,
    );
    const end = async (): Promise<void> => {
      over.abort();
      await following;
    };
    return { told, end };
  }

  const map = (name: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'watching', labels: { test: 'watching' } },
  });
  const watches = (): number => proxy.seen.filter(({ path, isWatch }) => isWatch && path.includes('configmaps')).length;

  it('6: a watch that says nothing for too long is opened anew, and what it kept back is told', async () => {
    let isSilent = true;
    proxy.fault(({ isWatch }) => (isWatch && isSilent ? { kind: 'silent-watch' } : null));
    const { told, end } = follow(1_500);
    await eventually('it watches', () => watches() === 1);
    await cluster.apply(map('kept-back'));
    assert.equal(told.length, 0);
    isSilent = false;
    await eventually('it is told', () => told.includes('+kept-back'));
    assert.equal(watches(), 2);
    await end();
    assert.deepEqual(told, ['+kept-back']);
  });

  it('5: a watch that ends at once is not opened in a loop', async () => {
    let endings = 0;
    proxy.fault(({ isWatch }) => {
      if (!isWatch || endings === 3) return null;
      endings += 1;
      return { kind: 'watch-of', lines: [] };
    });
    const from = proxy.seen.length;
    const { end } = follow(60_000);
    await eventually(
      'it watches for good',
      () => proxy.seen.slice(from).filter(({ isWatch }) => isWatch).length === 4,
      20_000,
    );
    await end();
    const at = proxy.seen.slice(from).filter(({ isWatch }) => isWatch);
    // Half of 0.25 s doubled each time, at the least.
    for (const [index, least] of [250, 500].entries())
      assert.ok((at[index + 1]?.atMs ?? 0) - (at[index]?.atMs ?? 0) >= least, `pause ${index}`);
  });

  it('5: an answer that is no JSON ends nothing', async () => {
    let isBroken = true;
    proxy.fault(({ path }) =>
      isBroken && path.includes('configmaps')
        ? { kind: 'watch-of', lines: ['<html>a proxy of the network</html>'] }
        : null,
    );
    const from = proxy.seen.length;
    const { told, end } = follow(60_000);
    await eventually('it was asked twice', () => proxy.seen.length >= from + 2);
    isBroken = false;
    await cluster.apply(map('afterwards'));
    await eventually('it is told', () => told.includes('+afterwards'), 20_000);
    await end();
  });
});
