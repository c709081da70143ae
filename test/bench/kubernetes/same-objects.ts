import { caseOf } from '../support/case.ts';
import { jobsPath, runsNamespace } from '../support/kwok.ts';
import { loadRuns, perSecond } from './load.ts';
import { installed, tinyJob, type World } from './world.ts';

/** An object as the API server gives it. */
interface Made {
  readonly kind: string;
  readonly metadata: { readonly uid: string; readonly name: string };
  readonly spec: { readonly template: { readonly spec: Readonly<Record<string, unknown>> } };
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The peer of the load: the objects of as many runs, made by a loop that does nothing else. What this misses, nobody reaches
 * on this machine.
 */
export async function sameObjects(world: World): Promise<void> {
  const { client } = world.cluster;
  const { job, secret } = await sample(world);
  const { schedulingGates: _, ...podSpec } = job.spec.template.spec;
  const startedMs = performance.now();
  const calls: Promise<unknown>[] = [];
  const madeMs: number[] = [];
  for (let index = 0; index < loadRuns; index += 1) {
    const earlyMs = startedMs + (index * 1000) / perSecond - performance.now();
    if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    const name = `same-${index}`;
    const template = { metadata: { labels: { same: 'objects' } }, spec: podSpec };
    const making = client
      .call<Made>({
        method: 'POST',
        path: jobsPath,
        body: {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name },
          spec: { backoffLimit: 0, template },
        },
      })
      .then(({ metadata }) => {
        madeMs.push(performance.now());
        return client.call({
          method: 'POST',
          path: `/api/v1/namespaces/${runsNamespace}/secrets`,
          body: {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid: metadata.uid }] },
            data: secret.data,
          },
        });
      });
    calls.push(making);
  }
  await Promise.all(calls);
  const rate = (loadRuns * 1000) / (Math.max(...madeMs) - startedMs);
  const title = `${loadRuns} runs' objects by a loop at ${perSecond}/s`;
  world.report(caseOf(`${title}: objects in the API server`, 'runs/s', [rate], { commitMs: null, n: loadRuns }));
}

/** What one run is made of. */
async function sample(world: World): Promise<{ readonly job: Made; readonly secret: Made }> {
  const { client } = world.cluster;
  const sight = world.cluster.follow();
  const { installation } = await installed(world, 'sample');
  try {
    const answer = await installation.rest.post('/api/v1/default/default/runs', { content: tinyJob() });
    const { uuid } = JSON.parse(answer) as { readonly uuid: string };
    await sight.jobSeen(uuid);
    const ofRun = `labelSelector=tandem.dev/run=${uuid}`;
    const secrets = `/api/v1/namespaces/${runsNamespace}/secrets?${ofRun}`;
    const [job] = (await client.call<{ readonly items: readonly Made[] }>({ path: `${jobsPath}?${ofRun}` })).items;
    let secret: Made | undefined;
    while (secret === undefined)
      [secret] = (await client.call<{ readonly items: readonly Made[] }>({ path: secrets })).items;
    if (job === undefined) throw new Error('the job of the sample is gone');
    return { job, secret };
  } finally {
    await sight.close();
    await installation.close();
  }
}
