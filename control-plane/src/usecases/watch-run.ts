import { isDone } from '@tandem/shared/lifecycle';
import type { Principal } from '../domain/access/principal.ts';
import type { Condition, RunDetail } from '../domain/runs/run.ts';
import { needRun, type RunAddress } from './need.ts';
import type { World } from './world.ts';

/** A status change of a watched run; `condition.pos` is where a reader goes on after a break. */
export interface WatchedChange {
  readonly run: RunDetail;
  readonly condition: Condition;
}

/** Hints may be lost; so long is the longest time until a change is seen all the same. */
const netMs = 5_000;

/**
 * The changes of a run's status behind a position, as they come, until a final one or until the signal fires. Checked and
 * found before the first element, so that a refusal is still an ordinary answer.
 */
export async function watchRun(
  world: World,
  principal: Principal,
  address: RunAddress,
  afterPos: number,
  signal: AbortSignal,
): Promise<AsyncIterable<WatchedChange>> {
  const { run } = await needRun(world, principal, address, principal.kind === 'run' ? 'own' : 'read');
  return changes(world, run, afterPos, signal);
}

async function* changes(
  world: World,
  run: RunDetail,
  afterPos: number,
  signal: AbortSignal,
): AsyncGenerator<WatchedChange> {
  let pos = afterPos;
  let status = run.status;
  const bell = doorbell(world, `run:${run.uuid}`, signal);
  try {
    while (!signal.aborted) {
      // Armed before reading: a change between the two rings and is not missed.
      const rung = bell.next();
      for (const condition of await world.runs.conditions(run.id, pos)) {
        pos = condition.pos;
        status = condition.status;
        yield { run, condition };
      }
      if (isDone(status)) return;
      await rung;
    }
  } finally {
    bell.close();
  }
}

interface Doorbell {
  /** Resolves on the next hint, after the net's time, or when the signal fires. */
  next(): Promise<void>;
  close(): void;
}

function doorbell(world: World, topic: string, signal: AbortSignal): Doorbell {
  let ring: () => void = () => undefined;
  const off = world.wakeUps.on(topic, () => ring());
  const onAbort = (): void => ring();
  signal.addEventListener('abort', onAbort);
  return {
    next: () =>
      new Promise((resolve) => {
        const cancel = world.clock.after(netMs, resolve);
        ring = () => {
          cancel();
          resolve();
        };
      }),
    close: () => {
      ring();
      off();
      signal.removeEventListener('abort', onAbort);
    },
  };
}
