import { DONE, ON_CLUSTER, type Status, statuses } from './statuses.ts';

const others = [...ON_CLUSTER];

/** What may follow the statuses in which something of the run is in the cluster. */
const fromCluster: readonly Status[] = [
  ...others.filter((status) => status !== 'scheduled'),
  'retrying',
  'succeeded',
  'failed',
  'stopping',
  'stopped',
];

const fromPending: readonly Status[] = ['compiled', 'succeeded', 'skipped', 'stopped', 'upstream_failed', 'failed'];

/**
 * The one table of moves (orchestration.md 1.2). `docs/guide/run-lifecycle.md` draws it.
 * A final status has no way out here: a resume is an action of its own and is listed with `resuming`.
 */
export const transitions: Readonly<Record<Status, readonly Status[]>> = {
  created: ['on_schedule', ...fromPending],
  on_schedule: fromPending,
  resuming: fromPending,
  compiled: ['queued', 'running', 'succeeded', 'skipped', 'stopped', 'failed'],
  queued: ['scheduled', 'compiled', 'stopped', 'skipped', 'failed'],
  scheduled: [
    ...others.filter((status) => status !== 'scheduled'),
    'retrying',
    'succeeded',
    'failed',
    'stopping',
    'stopped',
    'queued',
  ],
  starting: fromCluster,
  running: fromCluster,
  processing: fromCluster,
  warning: fromCluster,
  unschedulable: fromCluster,
  unknown: fromCluster,
  retrying: ['compiled', 'starting', 'running', 'failed', 'stopping', 'succeeded', 'stopped'],
  stopping: ['stopped', 'succeeded', 'failed'],
  succeeded: ['resuming'],
  failed: ['resuming'],
  upstream_failed: ['resuming'],
  stopped: ['resuming'],
  skipped: ['resuming'],
};

/** Whether the table has the move. Staying is no move. */
export function mayMove(from: Status, to: Status): boolean {
  return transitions[from].includes(to);
}

/** Every status that `to` can be entered from: the guard of the update statement. */
export function originsOf(to: Status): readonly Status[] {
  return statuses.filter((from) => mayMove(from, to));
}

/** What is known of a run when a report about it arrives. */
export interface Reported {
  readonly status: Status;
  readonly attempt: number;
  /** Highest report sequence applied in this attempt; 0 for none. */
  readonly reportSeq: bigint;
  /** When a stop was asked for, by the database's clock in ms; null if it was not. */
  readonly stopRequestedAtMs: number | null;
}

export interface IncomingReport {
  readonly status: Status;
  readonly attempt: number;
  readonly seq: bigint;
  /** When the workload ended by the agent's clock, corrected to ours, in ms; null if it runs. */
  readonly finishedAtMs: number | null;
}

/** What to do with a report. Every kind but `apply` and `refresh` is answered OK, so that it is not sent again. */
export type Decision =
  | { readonly kind: 'apply'; readonly next: Status }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'drop'; readonly why: 'duplicate' | 'old-attempt' | 'late-report' | 'stopping' | 'not-allowed' };

/**
 * The five rules for a report, in order (orchestration.md 1.2). Order counts by (attempt, seq), never by a clock;
 * the clock decides only whether a workload ended before its stop was asked for (L-05).
 */
export function decideReport(run: Reported, report: IncomingReport): Decision {
  if (report.attempt < run.attempt) return { kind: 'drop', why: 'old-attempt' };
  if (report.seq <= run.reportSeq) return { kind: 'drop', why: 'duplicate' };
  if (DONE.has(run.status)) return { kind: 'drop', why: 'late-report' };
  if (run.status === 'stopping') return whileStopping(run, report);
  if (run.status === report.status) return { kind: 'refresh' };
  if (!mayMove(run.status, report.status)) return { kind: 'drop', why: 'not-allowed' };
  return { kind: 'apply', next: report.status };
}

function whileStopping(run: Reported, report: IncomingReport): Decision {
  if (!DONE.has(report.status)) return { kind: 'drop', why: 'stopping' };
  const endedBefore =
    report.finishedAtMs !== null && run.stopRequestedAtMs !== null && report.finishedAtMs < run.stopRequestedAtMs;
  return { kind: 'apply', next: endedBefore ? report.status : 'stopped' };
}
