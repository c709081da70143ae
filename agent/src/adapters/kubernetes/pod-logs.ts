import { collectorName } from '../../compile/kubernetes/names.ts';
import type { ContainerView, PodView } from '../../observe/run-view.ts';
import type { LogChunk, LogQuery, RawLine } from '../../ports/executor.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { collectionPath, podKind } from './kinds.ts';
import { linesOf } from './log-lines.ts';
import { type LogPlaces, parsePlaces, printPlaces } from './log-places.ts';
import { Mailbox } from './mailbox.ts';

export interface PodLogs {
  readonly client: ApiClient;
  /** The pods of the run as they are now, and whether it has ended. */
  readonly look: () => { readonly namespace: string; readonly pods: readonly PodView[]; readonly isOver: boolean };
  /** Resolves at the next change of the run, or after a while. */
  readonly change: (signal: AbortSignal) => Promise<void>;
  readonly query: LogQuery;
  readonly signal: AbortSignal;
}

/** Lines that wait for the reader, over all containers: above it their streams are not read on. */
const mostWaiting = 2_000;
/** Lines in one chunk. */
const chunkLines = 500;

/**
 * The lines of all containers of a run, each container in order, side by side while they run: what the API server has of
 * them, then what comes. The place in each is its time, so that a reader can go on after the agent was restarted.
 */
export async function* podLogs(options: PodLogs): AsyncIterable<LogChunk> {
  const { query, signal } = options;
  const places = parsePlaces(query.cursor);
  const box = new Mailbox<{ readonly key: string; readonly line: RawLine }>(mostWaiting);
  const reading = readAll(options, places, box).finally(() => box.end());
  try {
    for (;;) {
      const taken = await box.take(chunkLines, signal);
      if (taken === null) break;
      for (const { key, line } of taken.items) places.set(key, line.atMs);
      yield { lines: taken.items.map((each) => each.line), cursor: printPlaces(places), live: !taken.isFull };
    }
    await reading;
  } finally {
    box.close();
    await reading.catch(() => undefined); // Its problem was thrown above, or the reader has gone.
  }
}

async function readAll(
  options: PodLogs,
  places: LogPlaces,
  box: Mailbox<{ readonly key: string; readonly line: RawLine }>,
): Promise<void> {
  const { query, signal, look, change } = options;
  const readings = new Map<string, { readonly restarts: number; readonly done: Promise<void> }>();
  // How far each container was read, which is further than what the reader has taken.
  const read = new Map(places);
  for (let isFirst = true; ; isFirst = false) {
    const { namespace, pods, isOver } = look();
    // What begins while somebody follows is shown from its beginning, however little he wanted of what was there.
    const tail = isFirst ? query.tail : 0;
    for (const { pod, container } of readable(pods)) {
      // Names of pods are made up for each pod, so they tell attempts apart, too.
      const key = `${pod.name}/${container.name}`;
      const before = readings.get(key);
      if (before !== undefined && before.restarts >= container.restarts) continue;
      const put = (line: RawLine): Promise<void> => {
        read.set(key, line.atMs);
        return box.put({ key, line });
      };
      // A container that is started again in its pod has a new log; the stream of the old one has ended with it.
      const done = (before?.done ?? Promise.resolve()).then(() =>
        readContainer(
          options,
          { namespace, pod, container: container.name, sinceMs: read.get(key) ?? null, tail },
          put,
        ),
      );
      done.catch(() => undefined); // Thrown below, when all have ended.
      readings.set(key, { restarts: container.restarts, done });
    }
    if (!query.follow || isOver || signal.aborted || box.isClosed) break;
    await change(signal);
  }
  await Promise.all([...readings.values()].map(({ done }) => done));
}

/** Containers that have a log already: init steps first, the main ones, sidecars; not the collector, which is ours. */
function readable(pods: readonly PodView[]): readonly { readonly pod: PodView; readonly container: ContainerView }[] {
  return [...pods]
    .sort((left, right) => left.createdAtMs - right.createdAtMs)
    .flatMap((pod) =>
      [...pod.init, ...pod.containers]
        .filter(
          ({ name, state, before }) =>
            name !== collectorName && (state.kind === 'running' || state.kind === 'terminated' || before !== null),
        )
        .map((container) => ({ pod, container })),
    );
}

interface Place {
  readonly namespace: string;
  readonly pod: PodView;
  readonly container: string;
  readonly sinceMs: number | null;
  /** Only the last so many lines, where nothing of it was read before; 0 for all. */
  readonly tail: number;
}

/** Reads one container to its end. A log that is gone, or cannot be had from the node now, ends it: others go on. */
async function readContainer(
  { client, query, signal }: PodLogs,
  place: Place,
  put: (line: RawLine) => Promise<void>,
): Promise<void> {
  const { namespace, pod, container, sinceMs, tail } = place;
  const asked = new URLSearchParams({ container, timestamps: 'true', ...(query.follow ? { follow: 'true' } : {}) });
  if (sinceMs !== null) asked.set('sinceTime', new Date(sinceMs).toISOString());
  else if (tail > 0) asked.set('tailLines', String(tail));
  try {
    const path = `${collectionPath(podKind, namespace)}/${encodeURIComponent(pod.name)}/log?${asked}`;
    const answer = await client.stream({ path, signal });
    for await (const { atMs, bytes, cut } of linesOf(answer)) {
      // `sinceTime` gives whole seconds: what was read before comes once more.
      if (sinceMs !== null && atMs <= sinceMs) continue;
      await put({ atMs, pod: pod.name, container, node: pod.node, bytes, cut });
    }
  } catch (error) {
    if (!(error instanceof ApiProblem) && !signal.aborted && !isCutOff(error)) throw error;
  }
}

/** The connection of a stream ended in its middle. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'ABORT_ERR');
}
