import { caseOf } from '../support/case.ts';
import { jobsMadeMs } from '../support/kwok.ts';
import { openLoop } from '../support/load.ts';
import { processorMsWithOwn } from '../support/process-cost.ts';
import { runTimes, untilAnswered, untilRunsReach } from '../support/run-times.ts';
import { installed, tinyJob, type World } from './world.ts';

export const loadRuns = 2_000;
/** Submissions a second, of runs here and of bare Jobs beside them. */
export const perSecond = 130;

/** Submissions at a fixed rate, until the last run has succeeded. */
export async function load(world: World): Promise<void> {
  const { clock, postgres, report } = world;
  const { installation, agent } = await installed(world, 'load');
  const client = await postgres.connect(installation.databaseUrl ?? '');
  try {
    await openLoop(installation.rest, Array.from({ length: 50 }, tinyJob), perSecond);
    await untilRunsReach(client, 'succeeded', 50);
    const { lastId } = await runTimes(client, 0);
    clock.take();
    const stopTicking = clock.everyMs(50);
    const programs = {
      agent: agent.pid,
      'control plane': installation.controlPlane.pid,
      Postgres: postgres.pid,
      ...clusterPrograms(world),
    };
    const before = processorMsWithOwn(programs);
    const startedMs = Math.floor(Date.now() / 1000) * 1000;
    const loaded = await openLoop(installation.rest, Array.from({ length: loadRuns }, tinyJob), perSecond);
    await untilAnswered(client, 50 + loadRuns);
    const whenMade = processorMsWithOwn(programs);
    await untilRunsReach(client, 'succeeded', 50 + loadRuns);
    const atEnd = processorMsWithOwn(programs);
    await stopTicking();
    const commitMs = clock.take();
    const times = await runTimes(client, lastId);
    // Times of objects are cut to whole seconds; the rate takes the end of the second.
    const made = await jobsMadeMs(world.cluster.client, startedMs);
    if (made.length !== loadRuns) throw new Error(`${made.length} Jobs of ${loadRuns} runs are there`);
    const first = Math.min(...times.createdMs);
    const rate = (at: readonly number[]): number => (loadRuns * 1000) / (Math.max(...at) - first);
    const title = `${loadRuns} runs at ${perSecond}/s`;
    const bar = { of: 'median', is: 'at least', limit: 100 } as const;
    report(caseOf(`${title}: handed out`, 'runs/s', [rate(times.scheduledMs)], { commitMs, bar, n: loadRuns }));
    report(
      caseOf(`${title}: objects in the API server`, 'runs/s', [rate(made.map((ms) => ms + 1000))], {
        commitMs,
        bar,
        n: loadRuns,
      }),
    );
    report(caseOf(`${title}: told of`, 'runs/s', [rate(times.madeMs)], { commitMs, n: loadRuns }));
    report(caseOf(`${title}: ended`, 'runs/s', [rate(times.doneMs)], { commitMs, n: loadRuns }));
    report(caseOf(`${title}: answer to the POST`, 'ms', loaded.answerMs, { commitMs }));
    report(
      caseOf(
        `${title}: POST to succeeded`,
        'ms',
        times.doneMs.map((at, index) => at - (times.createdMs[index] ?? at)),
        { commitMs },
      ),
    );
    for (const [until, usedMs] of Object.entries({ 'until the last object': whenMade, 'until the last end': atEnd }))
      for (const [program, beforeMs] of Object.entries(before)) {
        const perRun = ((usedMs[program] ?? 0) - beforeMs) / loadRuns;
        const name = `${title}: processor time for a run, ${until}, ${program}`;
        report(caseOf(name, 'ms', [perRun], { commitMs, n: loadRuns }));
      }
  } finally {
    await client.end();
    await installation.close();
  }
}

function clusterPrograms({ cluster }: World): Readonly<Record<string, number>> {
  return Object.fromEntries(cluster.cluster.components().map(({ name, pid }) => [name, pid]));
}
