import { randomUUID } from 'node:crypto';
import type { Chance, Clock } from '../ports/clock.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, 2_147_483_647)); // Longer overflows and would fire at once.
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

export const systemChance: Chance = { unit: () => Math.random(), id: () => randomUUID().replaceAll('-', '') };
