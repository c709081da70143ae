import assert from 'node:assert/strict';
import { eventually } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { type Situation, startSituation } from './support/situation.ts';

/** Its nodes count as silent after seconds, so it is shared with nobody. */
clusterSuite('situations: nodes are lost and pods make room', () => {
  let cluster: Cluster;
  let tandem: Situation;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({
      name: 'situations-nodes',
      node: { kwok: 2 },
      extraArguments: {
        'controller-manager': ['--node-monitor-grace-period=12s', '--node-monitor-period=1s'],
        kwok: ['--node-lease-duration-seconds=12'],
      },
    });
    tandem = await startSituation(cluster, 'nodes', {
      agent: { policy: { annotations: ['tandem.test/*'], priorityClasses: ['*'], nodeName: true } },
      kubernetes: {
        graces: { silentNodeSeconds: 1, unschedulableSeconds: 1 },
        nodeLostSeconds: 3,
        forceDeleteOnLostNode: true,
      },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
    await cluster?.stop();
  });

  const environment = (more: object) => ({
    run: { environment: { annotations: { 'tandem.test/duration': '3600s' }, ...more } },
  });

  it('25: a pod that makes room for one of higher priority is another try that is not counted', async function () {
    this.timeout(90_000);
    await cluster.apply(
      ...[1_000, 2_000].map((value) => ({
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: `of-${value}` },
        value,
      })),
    );
    const wants = {
      container: { resources: { requests: { cpu: '40' } } },
      component: { termination: { maxRetries: 0 } },
    };
    const low = await Promise.all(
      [1, 2].map(() => tandem.simulated(undefined, { ...wants, ...environment({ priorityClassName: 'of-1000' }) })),
    );
    for (const uuid of low) await tandem.untilStatus(uuid, 'running');
    const high = await tandem.simulated(undefined, { ...wants, ...environment({ priorityClassName: 'of-2000' }) });
    await tandem.untilStatus(high, 'running');
    const victim = await eventually('one made room', async () => {
      for (const uuid of low)
        if ((await tandem.stack.rest.run(uuid)).status_conditions?.some(({ reason }) => reason === 'Preempted'))
          return uuid;
      return null;
    });
    await tandem.stop(high);
    assert.equal((await tandem.untilFinal(high)).status, 'stopped');
    await tandem.untilStatus(victim, 'running');
    await tandem.endPod((await tandem.pods(victim)).find(isRunning)?.metadata.name ?? '');
    const end = await tandem.untilFinal(victim);
    assert.equal(end.status, 'succeeded', 'no try was left, so the one that made room was not counted');
    assert.ok(end.history.includes('retrying'), end.history.join());
    for (const uuid of low.filter((each) => each !== victim)) await tandem.stop(uuid);
  });

  it('7: a node that falls silent is a warning; its pod is ended by force where that is allowed, and not counted', async function () {
    this.timeout(120_000);
    const uuid = await tandem.simulated(undefined, { component: { termination: { maxRetries: 0 } } });
    await tandem.untilStatus(uuid, 'running');
    const first = await tandem.pod(uuid);
    // Another agent, whose admin allows nothing of the kind.
    const careful = await startSituation(cluster, 'careful', {
      kubernetes: { graces: { silentNodeSeconds: 1 }, nodeLostSeconds: 1 },
    });
    const left = await careful.simulated();
    await careful.untilStatus(left, 'running');
    await cluster.kill('kwok');
    await careful.untilReason(left, 'NodeNotReady', 60_000);
    const silent = await tandem.untilReason(uuid, 'NodeNotReady', 60_000);
    assert.equal(silent.status, 'warning');
    assert.match(silent.message, new RegExp(`"${String(first.spec?.['nodeName'])}" does not answer`));
    const next = await eventually(
      'another pod',
      async () => (await tandem.pods(uuid)).find(({ metadata }) => metadata.name !== first.metadata.name),
      60_000,
    );
    const [kept] = await careful.pods(left);
    assert.equal((await careful.pods(left)).length, 1);
    assert.ok(kept !== undefined && !('deletionTimestamp' in kept.metadata), 'its pod was taken away');
    await cluster.restart('kwok');
    await careful.untilStatus(left, 'running', 60_000);
    await careful.close();
    await tandem.untilStatus(uuid, 'running', 60_000);
    await tandem.endPod(next.metadata.name);
    const end = await tandem.untilFinal(uuid);
    assert.equal(end.status, 'succeeded', end.message);
    assert.ok(end.run.status_conditions?.some(({ type, reason }) => type === 'retrying' && reason === 'NodeLost'));
  });
});

const isRunning = ({ status }: { readonly status?: Readonly<Record<string, unknown>> }): boolean =>
  status?.['phase'] === 'Running';
