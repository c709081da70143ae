/**
 * Time that passes only when nothing is left to do: an hour of retries takes as long as its work. What waits for a
 * database is real, so such calls are counted, and time stands still until they are back.
 */
export interface VirtualTime {
  nowMs(): number;
  after(ms: number, action: () => void): () => void;
  /** Makes calls of an object's functions count as work that time waits for. */
  counting<T extends object>(target: T): T;
  /** Lets time pass until the condition holds; false when the limit is reached before. */
  until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean>;
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Turns of the event loop in which promises of pure memory settle. */
const turns = 3;

export function virtualTime(startMs: number): VirtualTime {
  let nowMs = startMs;
  let order = 0;
  let busy = 0;
  const timers = new Set<Timer>();

  const after = (ms: number, action: () => void): (() => void) => {
    order += 1;
    const timer = { atMs: nowMs + Math.max(0, ms), order, action };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  /** Resolves when no counted call is out and nothing follows from the last one. */
  const quiet = async (): Promise<void> => {
    for (let calm = 0; calm < turns; ) {
      await new Promise((resolve) => setImmediate(resolve));
      calm = busy === 0 ? calm + 1 : 0;
    }
  };

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (first === undefined || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order))
        first = timer;
    }
    return first;
  };

  return {
    nowMs: () => nowMs,
    after,
    counting: (target) =>
      new Proxy(target, {
        get(object, key, receiver) {
          const member: unknown = Reflect.get(object, key, receiver);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => {
            const answer: unknown = Reflect.apply(member, object, args);
            if (!(answer instanceof Promise)) return answer;
            busy += 1;
            return answer.finally(() => {
              busy -= 1;
            });
          };
        },
      }),
    until: async (condition, limitMs) => {
      const end = nowMs + limitMs;
      for (;;) {
        await quiet();
        if (await condition()) return true;
        const timer = next();
        if (timer === undefined || timer.atMs > end) return false;
        timers.delete(timer);
        nowMs = timer.atMs;
        timer.action();
      }
    },
  };
}
