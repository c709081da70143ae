import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { caseOf } from '../support/case.ts';
import { startInstallation } from '../support/installation.ts';
import { startInstantApiServer } from '../support/instant-api-server.ts';
import { openLoop } from '../support/load.ts';
import { processorMsOf } from '../support/process-cost.ts';
import { loadRuns, perSecond } from './load.ts';
import { agentConfig, tinyJob, type World } from './world.ts';

/** The same load where the API server costs nothing: how many runs a second ours hand on by themselves. */
export async function tandemAlone({ postgres, clock, report }: Omit<World, 'cluster'>): Promise<void> {
  const server = await startInstantApiServer();
  const installation = await startInstallation(postgres);
  try {
    const kubeconfig = join(installation.folder, 'kubeconfig');
    await writeFile(kubeconfig, server.kubeconfig);
    const agent = await installation.startAgent({
      name: 'alone',
      capacity: 100_000,
      config: agentConfig(kubeconfig, 'alone'),
    });
    await openLoop(installation.rest, Array.from({ length: 50 }, tinyJob), perSecond);
    await eventually('the first are made', () => server.jobsAtMs.length >= 50, 60_000);
    clock.take();
    const stopTicking = clock.everyMs(50);
    const programs = { agent: agent.pid, 'control plane': installation.controlPlane.pid };
    const usedMs: Readonly<Record<string, number>> = processorMsOf(programs);
    const { firstPostMs } = await openLoop(installation.rest, Array.from({ length: loadRuns }, tinyJob), perSecond);
    await eventually('all are made', () => server.jobsAtMs.length >= 50 + loadRuns, 120_000);
    await stopTicking();
    const commitMs = clock.take();
    const rate = (loadRuns * 1000) / (Math.max(...server.jobsAtMs) - firstPostMs);
    const title = `${loadRuns} runs at ${perSecond}/s, an API server that costs nothing`;
    const bar = { of: 'median', is: 'at least', limit: 100 } as const;
    report(caseOf(`${title}: objects`, 'runs/s', [rate], { commitMs, bar, n: loadRuns }));
    for (const [program, nowMs] of Object.entries(processorMsOf(programs)))
      report(
        caseOf(`${title}: processor time for a run, ${program}`, 'ms', [(nowMs - (usedMs[program] ?? 0)) / loadRuns], {
          commitMs,
          n: loadRuns,
        }),
      );
  } finally {
    await installation.close();
    await server.close();
  }
}
