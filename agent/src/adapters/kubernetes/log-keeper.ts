import { isOver } from '../../observe/pods.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogChunk, LogQuery } from '../../ports/executor.ts';
import type { Log } from '../../ports/log.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import type { ApiClient } from './api-client.ts';
import type { AttemptState } from './cluster-state.ts';
import { podLogs } from './pod-logs.ts';

export interface LogKeeperOptions {
  readonly archive: LogArchive;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
}

type Keeping = { readonly kind: 'going' | 'kept' } | { readonly kind: 'failed'; readonly tries: number };

/** How often a log is tried to be kept before its pods go all the same. */
const mostTries = 5;
/** A reader that waits looks again after so long, in ms. */
const lookMs = 500;

/**
 * Keeps the logs of runs when they end, before their pods go: a pod that is deleted takes its log with it. Begins when a stop
 * is ordered, or with the end, and follows what still comes until no container runs.
 */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #keeping = new WeakMap<AttemptState, Keeping>();
  readonly #work = new WeakMap<AttemptState, Promise<void>>();

  constructor(options: LogKeeperOptions) {
    this.#options = options;
  }

  /** Begins, once for an attempt. What goes wrong is tried again by `isDone`. */
  begin(attempt: AttemptState): void {
    const before = this.#keeping.get(attempt);
    if (!this.#isWanted(attempt) || before?.kind === 'going' || before?.kind === 'kept') return;
    this.#keeping.set(attempt, { kind: 'going' });
    const { archive, client, log } = this.#options;
    const { uuid, attempt: number } = attempt.run;
    const lines = podLogs({
      client,
      look: () => ({
        namespace: attempt.namespace,
        pods: [...attempt.pods.values()],
        isOver: [...attempt.pods.values()].every(isOver),
      }),
      change: () => this.#pause(),
      query: { cursor: '', follow: true, tail: archive.lastLines ?? 0 },
      signal: new AbortController().signal,
    });
    const work = archive.keep(uuid, number, lines).then(
      () => void this.#keeping.set(attempt, { kind: 'kept' }),
      (error: unknown) => {
        const tries = before?.kind === 'failed' ? before.tries + 1 : 1;
        this.#keeping.set(attempt, { kind: 'failed', tries });
        log.warn({ run: uuid, tries, problem: String(error) }, 'the log of a run could not be kept');
      },
    );
    this.#work.set(attempt, work);
  }

  /** Whether the pods of an ended attempt may go as far as its log is concerned; begins what has not begun. */
  isDone(attempt: AttemptState): boolean {
    // Its pods are going already, and what hangs must not hold up the rest.
    if (this.#options.archive.lastLines !== null) return true;
    if (!this.#isWanted(attempt)) return this.#keeping.get(attempt)?.kind !== 'going';
    const now = this.#keeping.get(attempt);
    if (now?.kind === 'kept' || (now?.kind === 'failed' && now.tries >= mostTries)) return true;
    this.begin(attempt);
    return false;
  }

  /** Whether the log of an attempt is kept, or is just being kept. */
  keeps(attempt: AttemptState): boolean {
    const kind = this.#keeping.get(attempt)?.kind;
    return kind === 'going' || kind === 'kept' || isNoted(attempt);
  }

  /** The log is where also an agent that starts anew finds it: that can be noted. */
  isInStore(attempt: AttemptState): boolean {
    return this.#options.archive.lastLines === null && this.#keeping.get(attempt)?.kind === 'kept';
  }

  /** What was kept of a run, once all of it is there: its newest attempt may just be kept; null where nothing is known of it. */
  async *read(newest: AttemptState | null, uuid: string, query: LogQuery): AsyncIterable<LogChunk> {
    if (newest !== null) await this.#work.get(newest);
    yield* this.#options.archive.read(uuid, query);
  }

  /** The run is removed. */
  forget(uuid: string): void {
    this.#options.archive.forget(uuid);
  }

  #isWanted(attempt: AttemptState): boolean {
    // An agent that starts anew must not replace it by what the pods say that are left.
    if (isNoted(attempt)) return false;
    const { settings, pods } = attempt;
    if (this.#options.archive.lastLines === null) return settings.keepsLogs && pods.size > 0;
    return [...pods.values()].some((pod) => !isOver(pod));
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(lookMs, resolve));
  }
}

const isNoted = ({ lead }: AttemptState): boolean => lead?.isLogKept === true;
