import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, bundleOf } from '../support/stack-process.ts';
import { type Bar, type Bench, type BenchOptions, caseOf, type Report } from './support/case.ts';
import { dagText, gridText, jobText } from './support/compile-texts.ts';
import { compiled, madeChildren, planned, type WorkDone } from './support/compile-work.ts';
import { startPeer } from './support/peer.ts';

const atMost = (limit: number): Bar => ({ of: 'min', is: 'at most', limit });

/** How fast the compiler is, against its bars and, with `--peer PYTHON`, against the reference in the same run. */
export const bench: Bench = {
  about: 'how fast operations, dags and grids are compiled; --peer PYTHON runs polyaxon beside them',
  run: async (report, options) => {
    oneJob(report);
    await dags(report, options);
    grids(report);
    large(report);
    coldCheck(report);
  },
};

/** Warm, in this thread: the least of many rounds of a hundred. */
function oneJob(report: Report): void {
  const rounds = 40;
  const each = 100;
  for (let warm = 0; warm < 10 * each; warm += 1) planned(jobText);
  const samples = timesOf(rounds, () => {
    for (let at = 0; at < each; at += 1) planned(jobText);
  }).map((ms) => ms / each);
  report(caseOf('one job: YAML, stage 1, wire, stage 2, plan', 'ms', samples, { commitMs: null, bar: atMost(0.5) }));
}

async function dags(report: Report, options: BenchOptions): Promise<void> {
  const text = dagText(1000);
  const ours = (): void => void madeChildren(compiled(text));
  for (let warm = 0; warm < 10; warm += 1) ours();
  const name = 'dag of 1,000: YAML, checked, compiled, stored texts';
  if (options.peer === null) {
    report(caseOf(name, 'ms', timesOf(30, ours), { commitMs: null, bar: atMost(43) }));
    return;
  }
  const peer = await startPeer(options.peer, text);
  const own: number[] = [];
  const theirs: number[] = [];
  try {
    for (let round = 0; round < 10; round += 1) {
      own.push(...timesOf(3, ours));
      theirs.push(await peer.check());
    }
  } finally {
    peer.close();
  }
  report(caseOf(name, 'ms', own, { commitMs: null, bar: atMost(43) }));
  report(caseOf('dag of 1,000: the reference, YAML, checked and compiled', 'ms', theirs, { commitMs: null }));
  const ratio = Math.min(...theirs) / Math.min(...own);
  report(
    caseOf('dag of 1,000: how many times faster than the reference', 'x', [ratio], {
      commitMs: null,
      bar: { of: 'min', is: 'at least', limit: 12 },
    }),
  );
}

function grids(report: Report): void {
  const text = gridText(1000);
  const grid = compiled(text);
  for (let warm = 0; warm < 10; warm += 1) madeChildren(grid);
  const samples = timesOf(30, () => void madeChildren(grid));
  report(caseOf('grid of 1,000: child specs', 'ms', samples, { commitMs: null, bar: atMost(40) }));
}

/** In processes of their own, so that their memory is their own, too. */
function large(report: Report): void {
  const dag = [inProcess('dag', 100_000)];
  report(
    caseOf(
      'dag of 100,000: YAML, checked, compiled',
      's',
      dag.map(({ ms }) => ms / 1000),
      { commitMs: null, bar: atMost(12) },
    ),
  );
  report(
    caseOf(
      'dag of 100,000: most memory',
      'MB',
      dag.map(({ peakMb }) => peakMb),
      { commitMs: null, bar: atMost(1536) },
    ),
  );
  const grid = [inProcess('grid', 100_000)];
  report(
    caseOf(
      'grid of 100,000: streamed',
      'ms',
      grid.map(({ ms }) => ms),
      { commitMs: null },
    ),
  );
  report(
    caseOf(
      'grid of 100,000: memory more than at the start',
      'MB',
      grid.map(({ growthMb }) => growthMb),
      { commitMs: null, bar: atMost(100) },
    ),
  );
}

function inProcess(kind: 'dag' | 'grid', size: number): WorkDone {
  const program = join(import.meta.dirname, 'support/compile-work.ts');
  const { stdout, status } = spawnSync(process.execPath, ['--conditions=source', program, kind, String(size)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the work on a ${kind} of ${size} ended with ${String(status)}`);
  return JSON.parse(stdout) as WorkDone;
}

/** A new process each time, as at a prompt. */
function coldCheck(report: Report): void {
  const bundle = bundleOf('tandem');
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  try {
    const file = join(folder, 'job.yaml');
    writeFileSync(file, jobText);
    const samples = timesOf(20, () => {
      const { status } = spawnSync(process.execPath, [bundle, 'check', file], {
        env: baseEnvironment,
        stdio: 'ignore',
      });
      if (status !== 0) throw new Error(`"tandem check" ended with ${String(status)}`);
    });
    report(caseOf('tandem check of one job, cold', 'ms', samples, { commitMs: null, bar: atMost(140) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timesOf(rounds: number, action: () => void): readonly number[] {
  return Array.from({ length: rounds }, () => {
    const startedMs = performance.now();
    action();
    return performance.now() - startedMs;
  });
}
