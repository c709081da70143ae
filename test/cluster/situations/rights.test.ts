import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './support/situation.ts';

clusterSuite('situations: rights and connections that are taken away', () => {
  let cluster: Cluster;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
  });

  it('18: a right that is missing ends the run with its name, at once and once', async function () {
    this.timeout(90_000);
    await cluster.apply(
      ...['forbids', 'forbids-runs'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent', namespace: 'forbids' } },
      ...['forbids', 'forbids-runs'].flatMap((namespace) => roleOf(namespace)),
    );
    const token = (await cluster.kubectl(['-n', 'forbids', 'create', 'token', 'agent'])).trim();
    const tandem = await startSituation(cluster, 'forbids', { token });
    try {
      const pid = tandem.agentPid();
      const end = await tandem.untilFinal(await tandem.simulated({}));
      assert.deepEqual([end.status, end.reason], ['failed', 'Forbidden']);
      assert.match(end.message, /cannot create resource "jobs" in API group "batch" in the namespace "forbids-runs"/);
      assert.equal(
        tandem.proxy.seen.filter(({ method, path }) => method === 'POST' && path.includes('/jobs')).length,
        1,
      );
      livesOn(tandem, pid);
    } finally {
      await tandem.close();
    }
  });

  describe('28', () => {
    let tandem: Situation;
    let file: string;
    const catalogue = (...names: readonly string[]): void =>
      writeFileSync(
        file,
        JSON.stringify({
          connections: names.map((name) => ({ name, kind: 's3', schema: { bucket: 's3://somewhere' } })),
        }),
      );

    before(async function () {
      this.timeout(startLimitMs);
      file = join(cluster.folder, 'catalogue.json');
      catalogue('data');
      tandem = await startSituation(cluster, 'removed', {
        agent: { capacity: 1, catalogueFile: file, logLevel: 'info' },
      });
    });
    after(async function () {
      this.timeout(60_000);
      await tandem?.close();
    });

    it('28: a connection that is removed while its run waits fails the run by its name, and no other', async function () {
      this.timeout(90_000);
      const first = await tandem.simulated();
      await tandem.untilStatus(first, 'running');
      const waits = await tandem.simulated({}, { run: { environment: {}, connections: ['data'] } });
      const other = await tandem.simulated({});
      assert.equal((await tandem.stack.rest.run(waits)).status, 'queued');
      catalogue();
      await eventually(
        'the agent has seen it',
        () => agentLog(tandem).includes('the connections have changed'),
        20_000,
      );
      await tandem.stop(first);
      const end = await tandem.untilFinal(waits);
      assert.deepEqual([end.status, end.reason], ['failed', 'UnknownConnection'], end.message);
      assert.match(end.message, /"data"/);
      assert.equal((await tandem.untilFinal(other)).status, 'succeeded');
    });
  });
});

/** All that an agent needs, but for making jobs. */
function roleOf(namespace: string): readonly object[] {
  const metadata = { name: 'agent', namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  const rules = [
    { apiGroups: [''], resources: ['pods', 'secrets', 'events'], verbs: ['*'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['*'] },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] },
  ];
  return [
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: 'agent' },
      subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: 'forbids' }],
    },
  ];
}

const agentLog = ({ stack }: Situation): string => readFileSync(stack.logs.agent, 'utf8');
