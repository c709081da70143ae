import type { ContainerView, PodView } from '../../observe/run-view.ts';
import type { RawLine } from '../../ports/executor.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, isPassing, noAnswer } from './api-problem.ts';
import { collectionPath, podKind } from './kinds.ts';
import { linesOf } from './log-lines.ts';

export interface ContainerLog {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly pod: PodView;
  readonly container: ContainerView;
  /** Whether what is still to come is wanted, too. */
  readonly follow: boolean;
  /** Lines up to here were read before; null: none. */
  readonly sinceMs: number | null;
  /** Only the last so many lines, where nothing of it was read before; 0 for all. */
  readonly tail: number;
  readonly signal: AbortSignal;
  /** The container as it is known now; null: its pod has gone, or nobody reads any more. */
  readonly now: () => ContainerView | null;
  /** Resolves at the next change of the run, or after a while. */
  readonly change: (signal: AbortSignal) => Promise<void>;
}

/** How often a log is asked for in a row without a line of it. */
const mostTries = 5;

/**
 * Reads one container to its end, and goes on where it was when the API server or the connection fails: what looks like the
 * end would otherwise be taken for it, and the pod goes with the rest of its log. A log that is gone, or cannot be had from
 * the node now, ends it: others go on. Throws `ApiProblem` where the API server stays away from one who does not follow.
 */
export async function readContainer(log: ContainerLog, put: (line: RawLine) => Promise<void>): Promise<void> {
  let { sinceMs } = log;
  let tries = 0;
  const take = (line: RawLine): Promise<void> => {
    sinceMs = line.atMs;
    tries = 0;
    return put(line);
  };
  do {
    const problem = await readOnce({ ...log, sinceMs }, take);
    tries += 1;
    if (!goesOn(log, problem, tries)) return;
    await log.change(log.signal);
  } while (!log.signal.aborted && log.now() !== null);
}

function goesOn({ container, follow, now, signal }: ContainerLog, problem: ApiProblem | null, tries: number): boolean {
  if (signal.aborted) return false;
  // An API server that shuts down ends what is followed as if that were all. One that was started again has another log.
  if (problem === null) return follow && isSameAndRuns(now(), container);
  if (!isPassing(problem)) return false;
  if (tries < mostTries) return true;
  const isAway = problem.code === 0;
  if (isAway && !follow) throw problem;
  return isAway;
}

function isSameAndRuns(now: ContainerView | null, before: ContainerView): boolean {
  return now !== null && now.state.kind === 'running' && now.restarts === before.restarts;
}

/** What the API server has of it by now, or until its end; gives what broke it off. */
async function readOnce(log: ContainerLog, put: (line: RawLine) => Promise<void>): Promise<ApiProblem | null> {
  const { client, namespace, pod, container, follow, sinceMs, tail, signal } = log;
  const asked = new URLSearchParams({
    container: container.name,
    timestamps: 'true',
    ...(follow ? { follow: 'true' } : {}),
  });
  if (sinceMs !== null) asked.set('sinceTime', new Date(sinceMs).toISOString());
  else if (tail > 0) asked.set('tailLines', String(tail));
  try {
    const path = `${collectionPath(podKind, namespace)}/${encodeURIComponent(pod.name)}/log?${asked}`;
    for await (const { atMs, bytes, cut } of linesOf(await client.stream({ path, signal }))) {
      // `sinceTime` gives whole seconds: what was read before comes once more.
      if (sinceMs !== null && atMs <= sinceMs) continue;
      await put({ atMs, pod: pod.name, container: container.name, node: pod.node, bytes, cut });
    }
    return null;
  } catch (error) {
    if (error instanceof ApiProblem) return error;
    if (error instanceof Error && 'code' in error) return noAnswer(error); // The connection ended in its middle.
    throw error;
  }
}
