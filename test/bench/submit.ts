import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type Bench, caseOf, type Report } from './support/case.ts';
import { type Installation, startInstallation } from './support/installation.ts';
import { openLoop, tinyJob } from './support/load.ts';
import { type CommitClock, commitClock, type DurablePostgres, startDurablePostgres } from './support/postgres.ts';
import { processorMs } from './support/process-cost.ts';
import { runTimes, untilRunsReach } from './support/run-times.ts';
import { startStubAgent } from './support/stub-agent.ts';

const idleSubmissions = 50;
/** Code that has run a few times is compiled, connections are open: what an installation in use is like. */
const warmUps = 10;
const perSecond = 150;
const rounds = 3;

/** From the submission to the start of the process, alone and under load. */
export const bench: Bench = {
  about: 'from the POST of a run to the first action of its process, and runs a second',
  run: async (report) => {
    const postgres = await startDurablePostgres();
    const clock = await commitClock(postgres);
    try {
      await idleLatency('postgres', postgres, clock, report);
      await idleLatency('pglite', null, clock, report);
      await throughput(postgres, clock, report, { runs: 1_000, agent: 'stub', rate: perSecond });
      await throughput(postgres, clock, report, { runs: 1_000, agent: 'stub', rate: Number.POSITIVE_INFINITY });
      await throughput(postgres, clock, report, { runs: 100, agent: 'real', rate: perSecond });
    } finally {
      await clock.close();
      await postgres.close();
    }
  },
};

/** One submission after another; each waits until the process of the one before has started, and then a little. */
async function idleLatency(
  engine: 'postgres' | 'pglite',
  postgres: DurablePostgres | null,
  clock: CommitClock,
  report: Report,
): Promise<void> {
  const installation = await startInstallation(postgres);
  try {
    await installation.startAgent({ name: 'cluster', capacity: 8 });
    const stamps = join(installation.folder, 'stamps');
    await mkdir(stamps);
    const samples: number[] = [];
    for (let index = 0; index < warmUps + idleSubmissions; index += 1) {
      const tookMs = await startOf(installation, join(stamps, String(index)));
      if (index === warmUps) clock.take();
      if (index >= warmUps) samples.push(tookMs);
      await clock.tick();
      // The run's last reports are written, and the installation is idle again.
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const commitMs = clock.take();
    const bar = { of: 'median', is: 'at most', limit: 40 + 4 * commitMs } as const;
    const isServer = postgres !== null;
    const more = { commitMs: isServer ? commitMs : null, ...(isServer ? { bar } : {}) };
    report(caseOf(`idle: POST to the first action, ${engine}`, 'ms', samples, more));
  } finally {
    await installation.close();
  }
}

/** From just before the POST to the time that the job itself writes down as its first action; both clocks are one. */
async function startOf({ rest }: Installation, stamp: string): Promise<number> {
  const content = tinyJob(`date +%s%N > ${stamp}.draft; mv ${stamp}.draft ${stamp}`);
  const postedMs = Date.now();
  await rest.post('/api/v1/default/default/runs', { content });
  const written = await eventually('the job wrote down when it began', () => readFile(stamp, 'utf8'), 20_000);
  return Number(BigInt(written.trim()) / 1_000n) / 1_000 - postedMs;
}

interface Load {
  readonly runs: number;
  readonly agent: 'stub' | 'real';
  readonly rate: number;
}

/** Submissions at a fixed rate, whatever is answered, until the last run is handed to the agent. */
async function throughput(
  postgres: DurablePostgres,
  clock: CommitClock,
  report: Report,
  { runs, agent, rate }: Load,
): Promise<void> {
  const installation = await startInstallation(postgres);
  const client = await postgres.connect(installation.databaseUrl ?? '');
  try {
    const stop = await startSomeAgent(installation, agent, runs);
    const contents = (count: number): string[] => Array.from({ length: count }, () => tinyJob('true'));
    await openLoop(installation.rest, contents(50), perSecond);
    await untilRunsReach(client, 'succeeded', 50);
    let { lastId } = await runTimes(client, 0);
    const submitted: number[] = [];
    const dispatched: number[] = [];
    const finished: number[] = [];
    const answerMs: number[] = [];
    const waitMs: number[] = [];
    clock.take();
    const usedMs = processorMs(installation.controlPlane.pid);
    for (let round = 1; round <= rounds; round += 1) {
      const stopTicking = clock.everyMs(50);
      const loaded = await openLoop(installation.rest, contents(runs), rate);
      await untilRunsReach(client, 'succeeded', 50 + round * runs);
      await stopTicking();
      const times = await runTimes(client, lastId);
      lastId = times.lastId;
      const first = Math.min(...times.createdMs);
      submitted.push((runs * 1000) / (loaded.lastAnswerMs - loaded.firstPostMs));
      dispatched.push((runs * 1000) / (Math.max(...times.scheduledMs) - first));
      finished.push((runs * 1000) / (Math.max(...times.doneMs) - first));
      answerMs.push(...loaded.answerMs);
      waitMs.push(...times.scheduledMs.map((at, index) => at - (times.createdMs[index] ?? at)));
    }
    const commitMs = clock.take();
    const title = `${Number.isFinite(rate) ? `${rate}/s` : 'all at once'}, ${agent} agent`;
    const bar = agent === 'stub' ? { bar: { of: 'median', is: 'at least', limit: 100 } as const } : {};
    report(caseOf(`${title}: submitted`, 'runs/s', submitted, { commitMs, ...bar, n: runs }));
    report(caseOf(`${title}: dispatched`, 'runs/s', dispatched, { commitMs, ...bar, n: runs }));
    report(caseOf(`${title}: ended`, 'runs/s', finished, { commitMs, n: runs }));
    report(caseOf(`${title}: answer to the POST`, 'ms', answerMs, { commitMs }));
    report(caseOf(`${title}: created to dispatched`, 'ms', waitMs, { commitMs }));
    const perRun = (processorMs(installation.controlPlane.pid) - usedMs) / (rounds * runs);
    report(
      caseOf(`${title}: processor time of the control plane for a run`, 'ms', [perRun], { commitMs, n: rounds * runs }),
    );
    stop();
  } finally {
    await client.end();
    await installation.close();
  }
}

async function startSomeAgent(installation: Installation, kind: Load['agent'], capacity: number): Promise<() => void> {
  if (kind === 'real') {
    await installation.startAgent({ name: 'cluster', capacity });
    return () => undefined;
  }
  const enrolmentToken = await installation.newAgent('cluster');
  const stub = await startStubAgent({ sessions: installation.sessions, enrolmentToken, capacity });
  return () => stub.close();
}
