import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { eventually } from '../../support/eventually.ts';
import { clusterSuite, startLimitMs } from '../support/suite.ts';
import type { SeenRequest } from './support/api-proxy.ts';
import { simulatedCluster } from './support/shared-clusters.ts';
import { livesOn, type Situation, startSituation } from './support/situation.ts';

/** 5,000 where there is time; they take about as many times longer. */
const runCount = Number(process.env['TANDEM_MANY_RUNS'] ?? 200);
const submitters = 16;
/** An agent that has seen them all, in MB: it holds a few KB of each (agent-and-kubernetes.md 4.10). */
const mostMegabytes = 256;
const mostAtOnce = 192;

const isJobMade = ({ method, path }: SeenRequest): boolean => method === 'POST' && /\/jobs\?fieldManager/.test(path);

clusterSuite('situations: many runs at once', () => {
  let tandem: Situation;

  before(async function () {
    this.timeout(startLimitMs);
    tandem = await startSituation(await simulatedCluster(), 'many', {
      agent: { capacity: 10_000 },
      kubernetes: { requestsPerSecond: 2_000, ttl: { succeededSeconds: 0, failedSeconds: 0 } },
    });
  });
  after(async function () {
    this.timeout(120_000);
    await tandem?.close();
  });

  it(`22: ${runCount} runs that are queued at once are all started, 192 at a time, and the agent stays small`, async function () {
    this.timeout(900_000);
    const pid = tandem.agentPid();
    const startedMs = performance.now();
    // Nothing is made until all of them are queued; then it is seen how many are made at a time.
    let open = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      open = resolve;
    });
    tandem.proxy.fault((request) => (isJobMade(request) ? { kind: 'late-answer', until } : null));
    const uuids: string[] = [];
    const submit = async (): Promise<void> => {
      while (uuids.length < runCount) uuids.push(await tandem.simulated({}));
    };
    await Promise.all(Array.from({ length: submitters }, submit));
    const submittedMs = performance.now() - startedMs;
    await eventually('the first are made', () => tandem.proxy.seen.filter(isJobMade).length >= mostAtOnce);
    assert.equal(tandem.proxy.seen.filter(isJobMade).length, mostAtOnce, 'more at a time than it should');
    open();
    tandem.proxy.heal();
    let most = 0;
    const database = new pg.Client({ connectionString: tandem.stack.databaseUrl });
    await database.connect();
    // The interface would have to print every run at every look.
    const count = async (which: string): Promise<number> => {
      const { rows } = await database.query<{ count: string }>(`select count(*) from runs where ${which}`);
      return Number(rows[0]?.count);
    };
    try {
      await eventually(
        'every run has ended',
        async () => {
          most = Math.max(most, residentMegabytes(pid));
          return (await count("status not in ('succeeded', 'failed', 'stopped')")) === 0;
        },
        800_000,
      );
      assert.equal(await count("status = 'succeeded'"), uuids.length);
    } finally {
      await database.end();
    }
    const endedMs = performance.now() - startedMs - submittedMs;
    assert.ok(most <= mostMegabytes, `${most} MB`);
    livesOn(tandem, pid);
    const log = readFileSync(tandem.stack.logs.agent, 'utf8');
    assert.doesNotMatch(log, /could not be renewed|"level":50/);
    console.log(
      `      ${uuids.length} runs: submitted in ${(submittedMs / 1000).toFixed(1)} s, ended ${(endedMs / 1000).toFixed(1)} s later, ` +
        `the agent had ${most.toFixed(0)} MB at most`,
    );
  });
});

function residentMegabytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? assert.fail('no memory')) / 1024;
}
