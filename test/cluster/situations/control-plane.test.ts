import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { eventually } from '../../support/eventually.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import type { SeenRequest } from './support/api-proxy.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './support/situation.ts';

const isJobMade = ({ method, path }: SeenRequest): boolean => method === 'POST' && /\/jobs\?/.test(path);

clusterSuite('situations: the control plane is away, late or older than it was', () => {
  let tandem: Situation;

  before(async function () {
    this.timeout(startLimitMs);
    tandem = await startSituation(await simulatedCluster(), 'above', {
      kubernetes: { ttl: { succeededSeconds: 0, failedSeconds: 0 } },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  afterEach(() => tandem.proxy.heal());

  async function inDatabase(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: tandem.stack.databaseUrl });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  it('9: a start and its stop that come together after a kill leave nothing that runs', async function () {
    this.timeout(90_000);
    const hanging = tandem.proxy.fault((request) => (isJobMade(request) ? { kind: 'hang' } : null));
    const uuid = await tandem.simulated();
    await eventually('the start is under way', () => tandem.proxy.seen.some(isJobMade));
    await tandem.stop(uuid);
    await tandem.killAgent();
    hanging();
    await tandem.stack.agent?.restart();
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
    await eventually('no pod is left', async () => (await tandem.pods(uuid)).length === 0, 30_000);
    await eventually('no job is left', async () => (await tandem.jobs(uuid)).length === 0, 30_000);
  });

  it('13: away for longer than all leases, runs go on; what was so meanwhile is told afterwards', async function () {
    this.timeout(120_000);
    const pid = tandem.agentPid();
    const [ends, fails, goesOn] = [await tandem.simulated(), await tandem.simulated(), await tandem.simulated()];
    for (const uuid of [ends, fails, goesOn]) await tandem.untilStatus(uuid, 'running');
    const agent = tandem.stack.agent?.life();
    // The other side of a network that carries nothing; the two minutes are the database's, so that nobody must wait for them.
    agent?.signal('SIGSTOP');
    tandem.stack.sessions.cut();
    await eventually(
      'the runs are unknown',
      async () => {
        await inDatabase(`update agents set last_seen_at = last_seen_at - interval '2 minutes'`);
        const seen = await Promise.all([ends, fails, goesOn].map((uuid) => tandem.stack.rest.run(uuid)));
        return seen.every(({ status }) => status === 'unknown');
      },
      30_000,
    );
    await tandem.endPod((await tandem.pod(ends)).metadata.name);
    await tandem.endPod((await tandem.pod(fails)).metadata.name, 3);
    agent?.signal('SIGCONT');
    assert.equal((await tandem.untilFinal(ends)).status, 'succeeded');
    const failed = await tandem.untilFinal(fails);
    assert.deepEqual([failed.status, failed.reason], ['failed', 'ContainerFailed']);
    await tandem.untilStatus(goesOn, 'running');
    assert.equal((await tandem.pods(goesOn)).length, 1, 'nothing was started elsewhere');
    livesOn(tandem, pid);
    await tandem.stop(goesOn);
    assert.equal((await tandem.untilFinal(goesOn)).status, 'stopped');
  });

  it('12: restored from an older copy, it is not obeyed: nothing is started or removed until a person has looked', async function () {
    this.timeout(90_000);
    const ended = await tandem.simulated();
    await tandem.untilStatus(ended, 'running');
    const [replica] = tandem.stack.replicas;
    await replica?.killHard();
    await inDatabase('update agents set epoch = -1');
    await replica?.restart();
    await eventually(
      'the agent says it',
      () => readFileSync(tandem.stack.logs.agent, 'utf8').includes('EpochRegression'),
      60_000,
    );
    const uuid = await tandem.simulated({});
    const waits = await eventually('the run waits for a person', async () => {
      const run = await tandem.stack.rest.run(uuid);
      return run.status_conditions?.some(({ message }) => /older copy/.test(message)) ? run : null;
    });
    assert.ok(['queued', 'scheduled'].includes(waits.status), waits.status);
    assert.deepEqual(await tandem.jobs(uuid), []);
    assert.equal((await tandem.jobs(ended)).length, 1);
    assert.equal((await tandem.pods(ended)).length, 1);
  });
});
