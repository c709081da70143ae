import { type Bench, caseOf } from './support/case.ts';
import { startInstallation } from './support/installation.ts';
import { openLoop, tinyJob } from './support/load.ts';
import { commitClock, startDurablePostgres } from './support/postgres.ts';
import { processorMs, processorShare, residentMegabytes } from './support/process-cost.ts';
import { runTimes, untilRunsReach } from './support/run-times.ts';
import { startStubAgent } from './support/stub-agent.ts';

const agents = 100;
const runs = 1_000;
/** Two for each: its statements are prepared, its code is compiled. */
const warmUps = 200;
const perSecond = 150;
const quietMs = 10_000;

/** One control plane with many agents, each enrolled and on a connection of its own. */
export const bench: Bench = {
  about: `${agents} agents on one control plane: connecting, being idle, and runs over all of them`,
  run: async (report) => {
    const postgres = await startDurablePostgres();
    const clock = await commitClock(postgres);
    const installation = await startInstallation(postgres);
    const client = await postgres.connect(installation.databaseUrl ?? '');
    const { pid } = installation.controlPlane;
    const name = (index: number): string => `agent-${index}`;
    const each = Array.from({ length: agents }, (_, index) => index);
    try {
      const share = async (): Promise<number> => {
        await pause(quietMs);
        return processorShare(pid, quietMs);
      };
      const alone = { megabytes: residentMegabytes(pid), share: await share() };
      const tokens = await Promise.all(each.map((index) => installation.newAgent(name(index))));
      const stopTicking = clock.everyMs(50);
      const startedMs = performance.now();
      const stubs = await Promise.all(
        tokens.map((enrolmentToken) =>
          startStubAgent({ sessions: installation.sessions, enrolmentToken, capacity: 50 }),
        ),
      );
      const connectedMs = performance.now() - startedMs;
      await stopTicking();
      const commitMs = clock.take();
      report(caseOf('enrol and connect all', 's', [connectedMs / 1000], { commitMs, n: agents }));

      const idleShare = await share();
      const idleMegabytes = residentMegabytes(pid);
      report(caseOf('memory', 'MB', [idleMegabytes], { commitMs, n: agents }));
      const perAgent = ((idleMegabytes - alone.megabytes) * 1000) / agents;
      report(caseOf('memory for one agent more', 'kB', [perAgent], { commitMs, n: agents }));
      report(caseOf('processor, idle', '%', [idleShare], { commitMs, n: agents }));
      // Each agent says that it is there every 10 s.
      const perHeartbeat = ((idleShare - alone.share) / 100) * (10_000 / agents);
      report(caseOf('processor time of one heartbeat', 'ms', [perHeartbeat], { commitMs, n: agents }));

      const contents = (count: number): string[] =>
        Array.from({ length: count }, (_, run) => tinyJob('true', `${name(run % agents)}/default`));
      await openLoop(installation.rest, contents(warmUps), perSecond);
      await untilRunsReach(client, 'succeeded', warmUps);
      const { lastId } = await runTimes(client, 0);
      const stopTickingAgain = clock.everyMs(50);
      const usedMs = processorMs(pid);
      const loaded = await openLoop(installation.rest, contents(runs), perSecond);
      await untilRunsReach(client, 'succeeded', warmUps + runs);
      await stopTickingAgain();
      const underLoad = clock.take();
      const times = await runTimes(client, lastId);
      const first = Math.min(...times.createdMs);
      const waits = times.scheduledMs.map((at, index) => at - (times.createdMs[index] ?? at));
      const rate = (endMs: number): number[] => [(runs * 1000) / endMs];
      const bar = { of: 'median', is: 'at least', limit: 100 } as const;
      const more = { commitMs: underLoad, bar, n: runs };
      report(caseOf('150/s over all: submitted', 'runs/s', rate(loaded.lastAnswerMs - loaded.firstPostMs), more));
      report(caseOf('150/s over all: dispatched', 'runs/s', rate(Math.max(...times.scheduledMs) - first), more));
      report(caseOf('150/s over all: created to dispatched', 'ms', waits, { commitMs: underLoad }));
      const perRun = (processorMs(pid) - usedMs) / runs;
      report(caseOf('processor time of one run', 'ms', [perRun], { commitMs: underLoad, n: runs }));
      for (const stub of stubs) stub.close();
    } finally {
      await client.end();
      await installation.close();
      await clock.close();
      await postgres.close();
    }
  },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
