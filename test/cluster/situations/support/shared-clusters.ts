import { type Cluster, startCluster } from '../../support/cluster.ts';

/** Clusters that the suites of one test process share, each suite with namespaces of its own. */
const started = new Map<string, Promise<Cluster>>();

// Registered while the test files are read, so it runs after all suites.
if (typeof after === 'function')
  after(async function () {
    this.timeout(120_000);
    for (const cluster of started.values()) await (await cluster).stop();
  });

function shared(name: string, start: () => Promise<Cluster>): Promise<Cluster> {
  const cluster = started.get(name) ?? start();
  started.set(name, cluster);
  return cluster;
}

/** Three simulated nodes: pods run at once and end as their annotations say. */
export function simulatedCluster(): Promise<Cluster> {
  return shared('simulated', () => startCluster({ name: 'situations', node: { kwok: 3 } }));
}

/** One node on which pods really run, with busybox. */
export function realCluster(): Promise<Cluster> {
  return shared('real', async () => {
    const cluster = await startCluster({ name: 'situations-real', node: 'kubelet' });
    await cluster.importBusybox();
    return cluster;
  });
}
