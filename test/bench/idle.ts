import { spawnSync } from 'node:child_process';
import { baseEnvironment, bundleOf } from '../support/stack-process.ts';
import { type Bench, caseOf, type Report } from './support/case.ts';
import { startInstallation } from './support/installation.ts';
import { commitClock, type DurablePostgres, startDurablePostgres } from './support/postgres.ts';
import { processorShare, residentMegabytes } from './support/process-cost.ts';

const quietMs = 10_000;
const memorySamples = 5;
const versionCalls = 30;

/** What Tandem costs when nothing happens. */
export const bench: Bench = {
  about: 'memory and processor of idle programs, and how fast the command line answers',
  run: async (report) => {
    versionTime(report);
    const postgres = await startDurablePostgres();
    try {
      await idlePair('postgres', postgres, report);
    } finally {
      await postgres.close();
    }
    await idlePair('pglite', null, report);
  },
};

/** A control plane with one agent, both left alone. */
async function idlePair(engine: string, postgres: DurablePostgres | null, report: Report): Promise<void> {
  const clock = postgres === null ? null : await commitClock(postgres);
  const installation = await startInstallation(postgres);
  try {
    const agent = await installation.startAgent({ name: 'cluster', capacity: 4 });
    await pause(quietMs);
    for (let tick = 0; tick < 20; tick += 1) await clock?.tick();
    const commitMs = clock?.take() ?? null;
    const { pid } = installation.controlPlane;
    const controlPlaneBar = postgres === null ? {} : { bar: atMost('max', 160) };
    const controlPlaneMb = await memory(pid);
    report(caseOf(`memory of the control plane, ${engine}`, 'MB', controlPlaneMb, { commitMs, ...controlPlaneBar }));
    if (postgres !== null)
      report(caseOf('memory of the agent', 'MB', await memory(agent.pid), { commitMs, bar: atMost('max', 80) }));
    const share = [await processorShare(pid, quietMs)];
    report(caseOf(`processor of the control plane, ${engine}`, '%', share, { commitMs }));
    if (postgres !== null)
      report(caseOf('processor of the agent', '%', [await processorShare(agent.pid, quietMs)], { commitMs }));
  } finally {
    await installation.close();
    await clock?.close();
  }
}

/** A new process each time, as at a prompt. The least is the program's own; the rest is the machine's other work. */
function versionTime(report: Report): void {
  const bundle = bundleOf('tandem');
  const samples: number[] = [];
  for (let call = 0; call < versionCalls; call += 1) {
    const startedMs = performance.now();
    const { status } = spawnSync(process.execPath, [bundle, 'version'], { env: baseEnvironment, stdio: 'ignore' });
    samples.push(performance.now() - startedMs);
    if (status !== 0) throw new Error(`"tandem version" ended with ${status}`);
  }
  report(caseOf('tandem version', 'ms', samples, { commitMs: null, bar: atMost('min', 100) }));
}

async function memory(pid: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let sample = 0; sample < memorySamples; sample += 1) {
    samples.push(residentMegabytes(pid));
    await pause(500);
  }
  return samples;
}

const atMost = (of: 'min' | 'max', limit: number) => ({ of, is: 'at most', limit }) as const;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
