import { caseOf } from '../support/case.ts';
import { runsNamespace } from '../support/kwok.ts';
import { perSecond } from './load.ts';
import type { World } from './world.ts';

const bareCount = 500;

/** What the cluster does without us: Jobs of one container, made at the same rate. */
export async function bareJobs({ cluster, report }: World): Promise<void> {
  const sight = cluster.follow();
  const startedMs = performance.now();
  const ends: Promise<number>[] = [];
  const calls: Promise<unknown>[] = [];
  for (let index = 0; index < bareCount; index += 1) {
    const earlyMs = startedMs + (index * 1000) / perSecond - performance.now();
    if (earlyMs > 1) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    const name = `bare-job-${index}`;
    const template = {
      metadata: { labels: { bare: 'job' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] },
    };
    calls.push(
      cluster.client.call({
        method: 'POST',
        path: `/apis/batch/v1/namespaces/${runsNamespace}/jobs`,
        body: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { backoffLimit: 0, template } },
      }),
    );
    ends.push(sight.jobDone(name));
  }
  await Promise.all(calls);
  const more = { commitMs: null, n: bareCount };
  const rate = (endMs: number): number => (bareCount * 1000) / (endMs - startedMs);
  report(caseOf(`${bareCount} bare Jobs: objects in the API server`, 'jobs/s', [rate(performance.now())], more));
  report(caseOf(`${bareCount} bare Jobs: ended`, 'jobs/s', [rate(Math.max(...(await Promise.all(ends))))], more));
  await sight.close();
}
