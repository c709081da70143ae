import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from '../../support/eventually.ts';
import { finals } from '../../support/stack-rest.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { errorLine, type SeenRequest } from './support/api-proxy.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './support/situation.ts';

const isJobMade = ({ method, path }: SeenRequest): boolean => method === 'POST' && /\/jobs\?/.test(path);

clusterSuite('situations: the API server is away, busy or forgetful', () => {
  let cluster: Cluster;
  let tandem: Situation;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
    tandem = await startSituation(cluster, 'api');
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  afterEach(() => {
    cluster.resume('apiserver');
    tandem.proxy.heal();
  });

  it('3: away for longer than the lease lasts, it changes no status and ends no agent; what was ordered is done later', async function () {
    this.timeout(120_000);
    const pid = tandem.agentPid();
    const runs = await tandem.simulated();
    await tandem.untilStatus(runs, 'running');
    cluster.pause('apiserver');
    const ordered = await tandem.simulated();
    const stopped = await tandem.simulated();
    await tandem.stop(stopped);
    const log = (): string => readFileSync(tandem.stack.logs.agent, 'utf8');
    await eventually('the agent may not lead any more', () => log().includes('"holds":false'), 30_000);
    assert.equal((await tandem.stack.rest.run(runs)).status, 'running');
    cluster.resume('apiserver');
    await tandem.untilStatus(ordered, 'running', 60_000);
    assert.equal((await tandem.untilFinal(stopped)).status, 'stopped');
    livesOn(tandem, pid);
    for (const uuid of [runs, ordered]) {
      const { status, status_conditions: conditions = [] } = await tandem.stack.rest.run(uuid);
      assert.equal(status, 'running');
      assert.deepEqual(
        conditions.filter(({ type }) => ['unknown', 'warning', 'failed'].includes(type)),
        [],
      );
      assert.equal((await tandem.pods(uuid)).length, 1);
    }
    assert.deepEqual(await tandem.pods(stopped), []);
  });

  it('3: an API server that takes calls and never answers keeps nobody from the lease', async function () {
    this.timeout(90_000);
    const pid = tandem.agentPid();
    const end = tandem.proxy.fault((request) => (isJobMade(request) ? { kind: 'hang' } : null));
    // More than may be under way.
    const submitted = await Promise.all(Array.from({ length: 220 }, () => tandem.simulated({})));
    const renewals = (): number =>
      tandem.proxy.seen.filter(({ method, path }) => method === 'PUT' && path.includes('/leases/')).length;
    await eventually(
      'all starts that may be under way hang',
      () => tandem.proxy.seen.filter(isJobMade).length >= 192,
      30_000,
    );
    const before = renewals();
    await eventually('the lease is renewed', () => renewals() >= before + 2, 20_000);
    end();
    tandem.proxy.cut();
    for (const uuid of submitted) assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
    livesOn(tandem, pid);
  });

  it('4: too many requests: the agent waits as long as it is told', async function () {
    this.timeout(60_000);
    const from = tandem.proxy.seen.length;
    let left = 2;
    const end = tandem.proxy.fault((request) => {
      if (!isJobMade(request) || left === 0) return null;
      left -= 1;
      return { kind: 'answer', code: 429, headers: { 'retry-after': '2' }, body: 'too many requests' };
    });
    const uuid = await tandem.simulated({});
    assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
    end();
    const at = tandem.proxy.seen
      .slice(from)
      .filter(isJobMade)
      .map(({ atMs }) => atMs);
    assert.equal(at.length, 3);
    for (const [index, atMs] of at.slice(1).entries()) assert.ok(atMs - (at[index] ?? 0) >= 2_000, String(at));
  });

  it('4: a server that is unwell is asked again with growing pauses, until it is certain what it has made', async function () {
    this.timeout(60_000);
    const from = tandem.proxy.seen.length;
    const times = (): readonly number[] =>
      tandem.proxy.seen
        .slice(from)
        .filter(isJobMade)
        .map(({ atMs }) => atMs);
    const end = tandem.proxy.fault((request) =>
      isJobMade(request) ? { kind: 'answer', code: 500, body: 'etcdserver: request timed out' } : null,
    );
    const uuid = await tandem.simulated({});
    await eventually('it was asked five times', () => times().length >= 5, 30_000);
    end();
    assert.equal((await tandem.untilFinal(uuid)).status, 'succeeded');
    assert.equal((await tandem.pods(uuid)).length, 1);
    const pauses = times().map((atMs, index) => atMs - (times()[index - 1] ?? atMs));
    for (const [index, least] of [250, 500, 1_000].entries())
      assert.ok((pauses[index + 2] ?? 0) >= least, `pauses of ${pauses.map(Math.round).join()} ms`);
  });

  it('4: an order to remove or to end that is answered with an error is given again', async function () {
    this.timeout(120_000);
    const refuse = (isMeant: (request: SeenRequest) => boolean) => {
      let left = 1;
      tandem.proxy.fault((request) => {
        if (left === 0 || !isMeant(request)) return null;
        left -= 1;
        return { kind: 'answer', code: 500, body: 'etcdserver: request timed out' };
      });
      return () => left;
    };
    const removed = await tandem.simulated({}, { component: { termination: { ttl: 0 } } });
    const leftOfDelete = refuse(({ method, path }) => method === 'DELETE' && path.includes(`/jobs/tdm-${removed}-`));
    assert.equal((await tandem.untilFinal(removed)).status, 'succeeded');
    await eventually('its Job is gone', async () => (await tandem.jobs(removed)).length === 0, 40_000);
    assert.equal(leftOfDelete(), 0);
    // Its image never comes, so the agent ends it while its pod is still there.
    const ended = await tandem.simulated();
    const leftOfPatch = refuse(({ method, path }) => method === 'PATCH' && path.includes(`/jobs/tdm-${ended}-`));
    const pod = await tandem.pod(ended);
    const waiting = { reason: 'InvalidImageName', message: 'a planted trouble' };
    const status = {
      phase: 'Pending',
      containerStatuses: [{ name: 'main', image: 'i', imageID: '', ready: false, restartCount: 0, state: { waiting } }],
    };
    const patch = JSON.stringify({ status });
    await cluster.kubectl([
      ...['-n', tandem.runs, 'patch', 'pod', pod.metadata.name, '--subresource=status', '--type=merge', '-p', patch],
    ]);
    assert.equal((await tandem.untilFinal(ended)).status, 'failed');
    await eventually('its pod is gone', async () => (await tandem.pods(ended)).length === 0, 40_000);
    assert.equal(leftOfPatch(), 0);
  });

  for (const form of ['a status', 'an event'] as const)
    it(`5: "too old" as ${form}: what was missed is told once`, async function () {
      this.timeout(60_000);
      const [ends, goes, stays] = [await tandem.simulated(), await tandem.simulated(), await tandem.simulated()];
      for (const uuid of [ends, goes, stays]) await tandem.untilStatus(uuid, 'running');
      const pod = await tandem.pod(ends);
      // In the dark: no watch tells anything, and no list is read.
      const dark = tandem.proxy.fault(({ method, path, isWatch }) =>
        method === 'GET' && (isWatch || /\/(pods|jobs|deployments)\?/.test(path))
          ? { kind: 'answer', code: 503, body: 'away' }
          : null,
      );
      tandem.proxy.cut();
      await tandem.endPod(pod.metadata.name);
      await cluster.kubectl(['-n', tandem.runs, 'delete', 'job', `tdm-${goes}-1`, '--cascade=foreground']);
      let left = 9;
      const old = tandem.proxy.fault(({ isWatch }) => {
        if (!isWatch || left === 0) return null;
        left -= 1;
        return form === 'a status'
          ? { kind: 'answer', code: 410, body: 'too old resource version' }
          : { kind: 'watch-of', lines: [errorLine(410, 'too old resource version')] };
      });
      dark();
      const end = await tandem.untilFinal(ends);
      const gone = await tandem.untilFinal(goes);
      await eventually('watches work again', () => left === 0, 30_000);
      old();
      assert.deepEqual([end.status, gone.status, gone.reason], ['succeeded', 'stopped', 'DeletedExternally']);
      const later = await tandem.simulated({});
      assert.equal((await tandem.untilFinal(later)).status, 'succeeded');
      const histories = await Promise.all([ends, stays].map(historyOf));
      for (const history of histories) assert.deepEqual(history, [...new Set(history)], 'a status was told twice');
      // Whether its pod or its job is missed first is chance; it has one end.
      assert.deepEqual(
        (await historyOf(goes)).filter((status) => finals.has(status)),
        ['stopped'],
      );
    });

  const historyOf = async (uuid: string): Promise<readonly string[]> =>
    (await tandem.stack.rest.run(uuid)).status_conditions?.map(({ type }) => type) ?? [];

  it('5: a pod that is seen before the answer about its job arrives is no run that somebody deleted', async function () {
    this.timeout(60_000);
    let arrive = (): void => undefined;
    const until = new Promise<void>((resolve) => (arrive = resolve));
    const late = tandem.proxy.fault((request) => (isJobMade(request) ? { kind: 'late-answer', until } : null));
    const silent = tandem.proxy.fault(({ path, isWatch }) =>
      isWatch && path.includes('/jobs?') ? { kind: 'silent-watch' } : null,
    );
    tandem.proxy.cut();
    await eventually('the jobs are followed in silence', () =>
      tandem.proxy.seen.slice(-20).some(({ path, isWatch }) => isWatch && path.includes('/jobs?')),
    );
    const uuid = await tandem.simulated();
    await tandem.untilStatus(uuid, 'running');
    late();
    silent();
    arrive();
    await tandem.stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
  });
});
