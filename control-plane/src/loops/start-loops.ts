import type { Clock } from '../ports/clock.ts';
import type { Deadlines } from '../ports/deadlines.ts';
import type { Log } from '../ports/log.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import { finishDeletions } from '../usecases/delete-run.ts';

export interface LoopDeps {
  readonly deadlines: Deadlines;
  readonly runs: RunStore;
  readonly wakeUps: WakeUps;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts what happens by itself; the answer stops it. A tick that fails is logged and the next one tries again. */
export function startLoops({ deadlines, runs, wakeUps, clock, log }: LoopDeps): () => void {
  const wakeRuns = (uuids: readonly string[]): void => wakeUps.wake(uuids.map((uuid) => `run:${uuid}`));
  const stops = [
    every('agents', 5_000, async () => {
      await deadlines.markAgents();
      wakeRuns(await deadlines.markUnknown());
    }),
    every('stops', 15_000, async () => wakeRuns(await deadlines.giveUpStops())),
    every('deletions', 10_000, () => finishDeletions({ runs, wakeUps })),
    every('forget', 60_000, () => deadlines.forget()),
  ];
  return () => {
    for (const stop of stops) stop();
  };

  /** The next tick begins its wait when the last one has ended, so a slow database is not asked twice at once. */
  function every(name: string, ms: number, tick: () => Promise<unknown>): () => void {
    let stopped = false;
    let cancel = (): void => undefined;
    const turn = (): void => {
      tick()
        .catch((error: unknown) => log.error({ error, loop: name }, 'a tick failed; the next one tries again'))
        .finally(() => {
          if (!stopped) cancel = clock.after(ms, turn);
        });
    };
    cancel = clock.after(ms, turn);
    return () => {
      stopped = true;
      cancel();
    };
  }
}
