import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import type { Life } from '../../support/stack-process.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { type Situation, startSituation } from './support/situation.ts';

const lostLease = 5;

clusterSuite('situations: two replicas of the agent, and clocks that are wrong', () => {
  let cluster: Cluster;
  let tandem: Situation;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
    tandem = await startSituation(cluster, 'two', {
      kubernetes: { graces: { mountSeconds: 120, unschedulableSeconds: 1 } },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });

  const holder = async (): Promise<string> =>
    cluster.kubectl(['-n', 'two', 'get', 'lease', 'tandem-agent', '-o', 'jsonpath={.spec.holderIdentity}']);

  it('8: of two replicas one leads; the other takes over when it is gone, and no run has two pods', async function () {
    this.timeout(90_000);
    const uuid = await tandem.simulated();
    await tandem.untilStatus(uuid, 'running');
    const first = await holder();
    const standby = tandem.anotherAgent();
    const during = await Promise.all([tandem.simulated(), tandem.simulated()]);
    for (const each of during) await tandem.untilStatus(each, 'running');
    assert.equal(await holder(), first, 'the second took what the first holds');
    await tandem.stack.agent?.killHard();
    const afterwards = await tandem.simulated();
    await standby.ready;
    assert.notEqual(await holder(), first);
    await tandem.untilStatus(afterwards, 'running');
    for (const each of [uuid, ...during, afterwards]) assert.equal((await tandem.pods(each)).length, 1, each);
    await tandem.stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped', 'the second has taken up the runs of the first');
    await handOver(standby);
  });

  it('8: one that was frozen finds that another leads, and ends', async function () {
    this.timeout(90_000);
    const first = await holder();
    const frozen = tandem.stack.agent?.life();
    const next = tandem.anotherAgent();
    frozen?.signal('SIGSTOP');
    await next.ready;
    assert.notEqual(await holder(), first);
    frozen?.signal('SIGCONT');
    // By the lease, or by the control plane that has the session of the other: either is for good.
    assert.ok([lostLease, 4].includes((await frozen?.ended) ?? -1));
    const uuid = await tandem.simulated();
    await tandem.untilStatus(uuid, 'running');
    assert.equal((await tandem.pods(uuid)).length, 1);
    await handOver(next);
  });

  it('8: one whose lease is taken away ends with a code of its own', async function () {
    this.timeout(60_000);
    const life = tandem.stack.agent?.life();
    const patch = JSON.stringify({ spec: { holderIdentity: 'somebody-else' } });
    await cluster.kubectl(['-n', 'two', 'patch', 'lease', 'tandem-agent', '--type=merge', '-p', patch]);
    assert.equal(await life?.ended, lostLease);
    await tandem.killAgent();
    await tandem.stack.agent?.restart();
  });

  for (const skew of [-600_000, 600_000])
    it(`14: a clock that is ${skew < 0 ? 'slow' : 'fast'} by 10 minutes changes no end and no grace`, async function () {
      this.timeout(90_000);
      await tandem.killAgent();
      const skewed = tandem.anotherAgent({
        env: {
          NODE_OPTIONS: `--import=${join(import.meta.dirname, 'support/clock-skew.mjs')}`,
          TANDEM_TEST_SKEW_MS: String(skew),
        },
      });
      await skewed.ready;
      assert.match(readFileSync(tandem.stack.logs.agent, 'utf8'), /tokens are corrected/);
      const waits = await tandem.simulated({}, { run: { volumes: [claim], environment: {} }, container: mount });
      const [stopped, done] = [await tandem.simulated(), await tandem.simulated({})];
      assert.equal((await tandem.untilFinal(done)).status, 'succeeded');
      await tandem.untilStatus(stopped, 'running');
      await tandem.stop(stopped);
      const end = await tandem.untilFinal(stopped);
      assert.deepEqual([end.status, end.reason], ['stopped', 'UserStop']);
      assert.equal((await tandem.untilReason(waits, 'VolumeMount')).status, 'warning');
      await tandem.stop(waits);
      assert.equal((await tandem.untilFinal(waits)).status, 'stopped');
      const { started_at: startedAt, finished_at: finishedAt } = await timesOf(done);
      assert.ok(Math.abs(Date.parse(finishedAt) - Date.parse(startedAt)) < 60_000, `${startedAt} to ${finishedAt}`);
      await handOver(skewed);
    });

  /** Ends another agent, and starts the usual one. */
  async function handOver(life: Life): Promise<void> {
    life.signal('SIGTERM');
    await life.ended;
    await tandem.killAgent();
    await tandem.stack.agent?.restart();
  }

  async function timesOf(uuid: string): Promise<{ readonly started_at: string; readonly finished_at: string }> {
    return await eventually('the times are there', async () => {
      const run = (await tandem.stack.rest.run(uuid)) as unknown as { started_at: string; finished_at: string | null };
      return run.finished_at === null ? null : { ...run, finished_at: run.finished_at };
    });
  }
});

const claim = { name: 'data', persistentVolumeClaim: { claimName: 'nothing' } };
const mount = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
