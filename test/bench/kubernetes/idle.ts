import { caseOf, median } from '../support/case.ts';
import { type BenchCluster, runsNamespace, type Sight } from '../support/kwok.ts';
import { runTimes, untilRunsReach } from '../support/run-times.ts';
import { atMost, installed, tinyJob, type World } from './world.ts';

const idleRuns = 40;
const warmUps = 10;

/** One run after another, each beside a bare pod on the same cluster. */
export async function idle(world: World): Promise<void> {
  const { clock, cluster, postgres, report } = world;
  const { installation } = await installed(world, 'idle');
  const sight = cluster.follow();
  const client = await postgres.connect(installation.databaseUrl ?? '');
  try {
    const toObject: number[] = [];
    const toEnd: number[] = [];
    const barePod: number[] = [];
    const applyMs: number[] = [];
    let { lastId } = await runTimes(client, 0);
    for (let index = 0; index < warmUps + idleRuns; index += 1) {
      if (index === warmUps) clock.take();
      const bare = await timeBarePod(cluster, sight, `bare-${index}`);
      const postedMs = performance.now();
      const postedAtMs = Date.now();
      const { uuid } = JSON.parse(
        await installation.rest.post('/api/v1/default/default/runs', { content: tinyJob() }),
      ) as { readonly uuid: string };
      const seenMs = await sight.jobSeen(uuid);
      await untilRunsReach(client, 'succeeded', index + 1);
      const times = await runTimes(client, lastId);
      lastId = times.lastId;
      if (index >= warmUps) {
        toObject.push(seenMs - postedMs);
        toEnd.push((times.doneMs.at(-1) ?? Number.NaN) - postedAtMs);
        barePod.push(bare.doneMs);
        applyMs.push(bare.createMs);
      }
      await clock.tick();
    }
    const commitMs = clock.take();
    report(caseOf('idle: one create at the API server', 'ms', applyMs, { commitMs }));
    report(
      caseOf('idle: POST to the object in the API server', 'ms', toObject, {
        commitMs,
        bar: atMost('median', 20 + 4 * commitMs),
      }),
    );
    report(caseOf('idle: a bare pod, create to Succeeded', 'ms', barePod, { commitMs }));
    report(
      caseOf('idle: a run, POST to succeeded', 'ms', toEnd, {
        commitMs,
        bar: atMost('median', median(barePod) + 100 + 4 * commitMs),
      }),
    );
  } finally {
    await sight.close();
    await client.end();
    await installation.close();
  }
}

async function timeBarePod(
  cluster: BenchCluster,
  sight: Sight,
  name: string,
): Promise<{ readonly createMs: number; readonly doneMs: number }> {
  const startedMs = performance.now();
  await cluster.client.call({
    method: 'POST',
    path: `/api/v1/namespaces/${runsNamespace}/pods`,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] },
    },
  });
  const createMs = performance.now() - startedMs;
  return { createMs, doneMs: (await sight.podDone(name)) - startedMs };
}
