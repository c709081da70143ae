import assert from 'node:assert/strict';
import { type AgentHealth, healthOf } from '../../support/agent-health.ts';
import { eventually } from '../../support/eventually.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { type Situation, startSituation } from './support/situation.ts';

const works = 'It works.\n';
const standsBy = 'It stands by: another replica leads.\n';

clusterSuite('situations: what replicas of the agent say about their health', () => {
  let cluster: Cluster;
  let tandem: Situation;
  let first: AgentHealth;
  let second: AgentHealth;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
    // Where it answers stands in its log, at a level that is off otherwise.
    tandem = await startSituation(cluster, 'health', { agent: { health: { port: 0 }, logLevel: 'info' } });
    const life = tandem.stack.agent?.life();
    assert.ok(life !== undefined);
    first = await healthOf(life);
    second = await healthOf(tandem.anotherAgent());
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  afterEach(() => tandem?.proxy.heal());

  /** Waits until a path answers with these words. */
  const says = (health: AgentHealth, status: number, text: string): Promise<unknown> =>
    eventually(
      `${status} ${text}`,
      async () => assert.deepEqual(await health.ask('/readyz'), { status, text }) === undefined,
      45_000,
    );
  const several = (...names: readonly string[]): Promise<readonly (number | null)[]> =>
    Promise.all(names.map((name) => first.sample(`tandem_agent_${name}`)));

  it('both are ready, the leader since it works and the other since it could', async function () {
    this.timeout(60_000);
    await says(first, 200, works);
    await says(second, 200, standsBy);
    for (const health of [first, second]) assert.equal((await health.ask('/livez')).status, 200);
    for (const name of ['tandem_agent_leader', 'tandem_agent_session_up']) {
      assert.equal(await first.sample(name), 1, name);
      assert.equal(await second.sample(name), 0, name);
    }
  });

  it('the leader counts runs, denials, requests, and watches that are cut', async function () {
    this.timeout(60_000);
    const [runs] = await several('runs{status="running"}');
    assert.equal(runs, 0);
    const uuid = await tandem.simulated();
    await tandem.untilStatus(uuid, 'running');
    const hostPath = { volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] };
    const denied = await tandem.simulated({}, { run: { environment: {}, ...hostPath } });
    assert.equal((await tandem.untilFinal(denied)).reason, 'PolicyDenied');
    const [running, denials, posts] = await eventually('all of it is counted', async () => {
      const found = await several(
        'runs{status="running"}',
        'policy_denials_total{rule="hostPath"}',
        'api_requests_total{verb="post",code="2xx"}',
      );
      return found.includes(null) || found[0] === 0 ? null : found;
    });
    assert.deepEqual([running, denials], [1, 1]);
    assert.ok((posts ?? 0) > 0);
    assert.ok(!(await first.ask('/metrics')).text.includes(uuid.replaceAll('-', '')));
    tandem.proxy.cut();
    await eventually('restarts are counted', async () => {
      const ends = await several('watch_restarts_total{reason="ended"}', 'watch_restarts_total{reason="failed"}');
      return ends.some((count) => (count ?? 0) > 0);
    });
    await tandem.stop(uuid);
  });

  it('the one that waits takes over when the leader ends, and says so', async function () {
    this.timeout(60_000);
    await tandem.stack.agent?.end();
    await says(second, 200, works);
    assert.equal(await second.sample('tandem_agent_leader'), 1);
    await assert.rejects(first.ask('/livez'));
    [first, second] = [second, await healthOf(tandem.anotherAgent())];
    await says(second, 200, standsBy);
  });

  it('neither is ready while the API server is away, and both live; then one of them works again', async function () {
    this.timeout(120_000);
    tandem.proxy.fault(() => ({ kind: 'answer', code: 503, body: 'away' }));
    await says(first, 503, 'The lease could not be renewed, so nothing is changed in the cluster.\n');
    await says(second, 503, 'The lease of the agent cannot be read.\n');
    for (const health of [first, second]) {
      assert.equal((await health.ask('/livez')).status, 200);
      assert.ok(Number(await health.sample('tandem_agent_api_requests_total{verb="get",code="5xx"}')) > 0);
    }
    assert.equal(await first.sample('tandem_agent_leader'), 0, 'by now somebody else may lead');
    tandem.proxy.heal();
    // The lease has run out: whoever asks first has it, and the other one stands by or ends.
    await eventually(
      'one of them works',
      async () => {
        const answers = await Promise.all([first, second].map((health) => health.ask('/readyz').catch(() => null)));
        return answers.some((answer) => answer?.text === works);
      },
      60_000,
    );
  });
});
