/** The state of a run. Names are those of the clients that we serve (orchestration.md 1.1). */
export const statuses = [
  'created',
  'on_schedule',
  'resuming',
  'compiled',
  'queued',
  'scheduled',
  'starting',
  'running',
  'processing',
  'warning',
  'unschedulable',
  'unknown',
  'retrying',
  'stopping',
  'succeeded',
  'failed',
  'upstream_failed',
  'stopped',
  'skipped',
] as const;

export type Status = (typeof statuses)[number];

const setOf = (...names: readonly Status[]): ReadonlySet<Status> => new Set(names);

/** Nothing of the run exists anywhere: a stop takes effect at once. */
export const SAFE_STOP = setOf('created', 'on_schedule', 'resuming', 'compiled');

/** An agent may hold something of the run. */
export const ON_CLUSTER = setOf(
  'scheduled',
  'starting',
  'running',
  'processing',
  'warning',
  'unschedulable',
  'unknown',
);

/** First entry into one of these is the run's `started_at` (orchestration.md 1.5). */
export const RUNNING = setOf('scheduled', 'starting', 'running', 'processing');

/** Final: left only by a resume. */
export const DONE = setOf('succeeded', 'failed', 'upstream_failed', 'stopped', 'skipped');

/** What an agent may report for a run that it holds (orchestration.md 1.4; decisions.md 38). */
export const REPORTABLE = setOf(
  'starting',
  'running',
  'processing',
  'warning',
  'unschedulable',
  'retrying',
  'succeeded',
  'failed',
  'stopped',
);

export function isStatus(text: string): text is Status {
  return (statuses as readonly string[]).includes(text);
}

export function isDone(status: Status): boolean {
  return DONE.has(status);
}
