import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from '../../support/eventually.ts';
import type { Cluster } from '../support/cluster.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { type Situation, startSituation } from './support/situation.ts';

clusterSuite('situations: the agent dies or changes', () => {
  let cluster: Cluster;
  let tandem: Situation;

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await simulatedCluster();
    tandem = await startSituation(cluster, 'dies', {
      kubernetes: { ttl: { succeededSeconds: 0, failedSeconds: 0 } },
    });
  });
  after(async function () {
    this.timeout(60_000);
    await tandem?.close();
  });
  beforeEach(function () {
    this.timeout(90_000);
  });

  /** Submits a run, and kills the agent when the API server has made its Job and before the agent knows. */
  async function killBetweenApplyAndAck(): Promise<string> {
    let isDone = false;
    const made = new Promise<void>((resolve) => {
      tandem.proxy.fault(({ method, path }) => {
        if (isDone || method !== 'POST' || !path.includes('/jobs')) return null;
        isDone = true;
        return { kind: 'lose-answer', answered: resolve };
      });
    });
    const uuid = await tandem.simulated();
    await made;
    await tandem.killAgent();
    return uuid;
  }

  it('1: killed between the apply and its answer, it finds what it made, and makes nothing twice', async () => {
    const uuid = await killBetweenApplyAndAck();
    const [job] = await tandem.jobs(uuid);
    await tandem.stack.agent?.restart();
    await tandem.untilStatus(uuid, 'running');
    assert.deepEqual(
      (await tandem.jobs(uuid)).map(uidOf),
      [job].map((each) => each && uidOf(each)),
    );
    assert.equal((await tandem.pods(uuid)).length, 1);
    await tandem.stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
  });

  it('2: killed after the end and before its answer, it tells the end later, and only then removes the objects', async () => {
    const uuid = await tandem.simulated();
    await tandem.untilStatus(uuid, 'running');
    await tandem.stack.replicas[0]?.killHard();
    await tandem.endPod((await tandem.pod(uuid)).metadata.name);
    await eventually('the job is complete', async () => isComplete((await tandem.jobs(uuid))[0]));
    await tandem.killAgent();
    assert.equal((await tandem.jobs(uuid)).length, 1, 'removed before anybody knew its end');
    const agent = tandem.stack.agent?.restart();
    await eventually('the new agent dials', () =>
      readFileSync(tandem.stack.logs.agent, 'utf8').includes('session is down'),
    );
    assert.equal((await tandem.jobs(uuid)).length, 1, 'removed before anybody knew its end');
    await tandem.stack.replicas[0]?.restart();
    await agent;
    const end = await tandem.untilFinal(uuid);
    assert.deepEqual([end.status, end.reason], ['succeeded', 'Completed']);
    await eventually('its objects are gone', async () => (await tandem.jobs(uuid)).length === 0, 40_000);
  });

  it('27: upgraded to another output of the converter, it leaves what runs alone', async () => {
    const uuid = await killBetweenApplyAndAck();
    const pod = await tandem.pod(uuid);
    const [before] = await tandem.jobs(uuid);
    tandem.configure((config) => {
      config['graceSeconds'] = 77;
      config.kubernetes['defaults'] = { nodeSelector: { 'kubernetes.io/hostname': 'sim-2' } };
    });
    await tandem.stack.agent?.restart();
    // The start comes again, with another outcome of its conversion.
    await tandem.untilStatus(uuid, 'running');
    const next = await tandem.simulated();
    await tandem.untilStatus(next, 'running');
    assert.equal((await tandem.pod(next)).spec?.['terminationGracePeriodSeconds'], 77, 'the new settings are in force');
    const [after] = await tandem.jobs(uuid);
    assert.deepEqual(after?.spec, before?.spec);
    assert.deepEqual((await tandem.pods(uuid)).map(uidOf), [uidOf(pod)]);
    for (const each of [uuid, next]) await tandem.stop(each);
    for (const each of [uuid, next]) assert.equal((await tandem.untilFinal(each)).status, 'stopped');
  });

  it('lets pods go without the list of who set which field, which would make each change of them dearer', async () => {
    const uuid = await tandem.simulated();
    await tandem.untilStatus(uuid, 'running');
    const fields = async (kind: string, name: string): Promise<string> => {
      const show = ['--show-managed-fields', '-o', 'jsonpath={.metadata.managedFields}'];
      return cluster.kubectl(['-n', tandem.runs, 'get', kind, name, ...show]);
    };
    assert.notEqual(await fields('job', (await tandem.jobs(uuid))[0]?.metadata.name ?? ''), '');
    assert.equal(await fields('pod', (await tandem.pod(uuid)).metadata.name), '');
    await tandem.stop(uuid);
    assert.equal((await tandem.untilFinal(uuid)).status, 'stopped');
  });
});

const uidOf = ({ metadata }: { readonly metadata: object }): string =>
  'uid' in metadata ? String(metadata.uid) : assert.fail('no uid');

function isComplete(job: { readonly status?: Readonly<Record<string, unknown>> } | undefined): boolean {
  return job?.status?.['completionTime'] !== undefined;
}
