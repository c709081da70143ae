import { collectorName } from '../../compile/kubernetes/names.ts';
import type { ContainerView, PodView } from '../../observe/run-view.ts';
import type { LogChunk, LogQuery, RawLine } from '../../ports/executor.ts';
import type { ApiClient } from './api-client.ts';
import { readContainer } from './container-log.ts';
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
  const { client, query, signal, look, change } = options;
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
      const log = {
        client,
        namespace,
        pod,
        container,
        follow: query.follow,
        tail,
        signal,
        now: () => {
          const found = box.isClosed ? undefined : look().pods.find(({ uid }) => uid === pod.uid);
          return found === undefined ? null : containerOf(found, container.name);
        },
        change,
      };
      // A container that is started again in its pod has a new log; the stream of the old one has ended with it.
      const done = (before?.done ?? Promise.resolve()).then(() =>
        readContainer({ ...log, sinceMs: read.get(key) ?? null }, put),
      );
      done.catch(() => undefined); // Thrown below, when all have ended.
      readings.set(key, { restarts: container.restarts, done });
    }
    if (!query.follow || isOver || signal.aborted || box.isClosed) break;
    await change(signal);
  }
  await Promise.all([...readings.values()].map(({ done }) => done));
}

function containerOf({ init, containers }: PodView, name: string): ContainerView | null {
  return [...init, ...containers].find((each) => each.name === name) ?? null;
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
