import { caseOf } from '../support/case.ts';
import { jobsMadeMs } from '../support/kwok.ts';
import { openLoop } from '../support/load.ts';
import { processorMsWithOwn } from '../support/process-cost.ts';
import { runTimes, untilAnswered, untilRunsReach } from '../support/run-times.ts';
import { installed, tinyJob, type World } from './world.ts';

export const loadRuns = 2_000;
/** Submissions a second, of runs here and of bare Jobs beside them. */
export const perSecond = 130;

/** Submissions at a fixed rate, until the last run has succeeded. The pods of the first live while the last are submitted. */
export async function load(world: World): Promise<void> {
  await underLoad(world, 'load', `${loadRuns} runs at ${perSecond}/s`, () => () => undefined);
}

/**
 * The same with the API server alone: nothing makes pods, places them or lets them run until the last object is there. This
 * is the bed of the specification (end of agent-and-kubernetes.md 3.2), and tells what Tandem and an API server
 * do by themselves on this machine.
 */
export async function loadOfObjects(world: World): Promise<void> {
  const { cluster } = world.cluster;
  const held = ['controller-manager', 'scheduler', 'kwok'] as const;
  await underLoad(world, 'load-objects', `${loadRuns} runs at ${perSecond}/s, pods not made yet`, () => {
    for (const name of held) cluster.pause(name);
    return () => {
      for (const name of held) cluster.resume(name);
    };
  });
}

/** `hold` is called before the first submission, and what it gives when the last object is there. */
async function underLoad(world: World, name: string, title: string, hold: () => () => void): Promise<void> {
  const { clock, postgres, report } = world;
  const { installation, agent } = await installed(world, name);
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
    const letGo = hold();
    const loaded = await openLoop(installation.rest, Array.from({ length: loadRuns }, tinyJob), perSecond);
    await untilAnswered(client, 50 + loadRuns);
    const whenMade = processorMsWithOwn(programs);
    letGo();
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
