import type { Clock } from '../ports/clock.ts';

/** The clock of this process; its timers do not keep the process alive. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, ms).unref();
      return () => clearTimeout(timer);
    },
  };
}
