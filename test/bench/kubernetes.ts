import { bareJobs } from './kubernetes/bare-jobs.ts';
import { idle } from './kubernetes/idle.ts';
import { load, loadOfObjects } from './kubernetes/load.ts';
import { memory, memoryAtScale } from './kubernetes/memory.ts';
import { sameObjects } from './kubernetes/same-objects.ts';
import { tandemAlone } from './kubernetes/tandem-alone.ts';
import { atMost, type World } from './kubernetes/world.ts';
import { type Bench, caseOf } from './support/case.ts';
import { conversionMs } from './support/conversion.ts';
import { startBenchCluster } from './support/kwok.ts';
import { commitClock, startDurablePostgres } from './support/postgres.ts';

/** Nodes of 1,000 pods each. */
const nodes = 12;

/** Each on the one cluster, in this order. */
const onCluster: Readonly<Record<string, (world: World) => Promise<void>>> = {
  idle,
  'bare-jobs': bareJobs,
  load,
  'load-objects': loadOfObjects,
  'same-objects': sameObjects,
  memory,
  'memory-at-scale': memoryAtScale,
};

/** Runs in a cluster whose nodes are simulated: what is measured is Tandem and the API server, not containers. */
export const bench: Bench = {
  about: 'runs on Kubernetes: from the POST to the object and to the end, runs a second, memory, conversion alone',
  parts: ['conversion', 'tandem-alone', ...Object.keys(onCluster)],
  run: async (report, { only }) => {
    const isWanted = (part: string): boolean => only === null || only === part;
    if (isWanted('conversion'))
      report(caseOf('conversion alone, a job', 'ms', conversionMs(), { commitMs: null, bar: atMost('min', 0.3) }));
    if (only === 'conversion') return;
    const postgres = await startDurablePostgres();
    const clock = await commitClock(postgres);
    try {
      if (isWanted('tandem-alone')) await tandemAlone({ postgres, clock, report });
      const wanted = Object.entries(onCluster).filter(([part]) => isWanted(part));
      if (wanted.length === 0) return;
      const cluster = await startBenchCluster(nodes);
      try {
        for (const [, part] of wanted) await part({ postgres, clock, cluster, report });
      } finally {
        await cluster.close();
      }
    } finally {
      await clock.close();
      await postgres.close();
    }
  },
};
