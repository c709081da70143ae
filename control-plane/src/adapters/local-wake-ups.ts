import type { WakeUps } from '../ports/wake-ups.ts';

/** Listeners of this process by topic: all that there is on PGlite, and the near end of `listenWakeUps` on Postgres. */
export interface LocalWakeUps extends WakeUps {
  /** Calls every listener once: for when hints may have been missed. */
  wakeAll(): void;
}

export function localWakeUps(): LocalWakeUps {
  const listeners = new Map<string, Set<() => void>>();

  const call = (topic: string): void => {
    for (const listener of [...(listeners.get(topic) ?? [])]) listener();
  };

  return {
    wake: (topics) => {
      // After the caller's own work, so that a listener never runs inside a request's stack.
      queueMicrotask(() => {
        for (const topic of new Set(topics)) call(topic);
      });
    },
    wakeAll: () => {
      for (const topic of [...listeners.keys()]) call(topic);
    },
    on: (topic, listener) => {
      const own = listeners.get(topic) ?? new Set();
      listeners.set(topic, own);
      // A wrapper of its own, so that one function may listen twice and be taken off once.
      const entry = (): void => listener();
      own.add(entry);
      return () => {
        own.delete(entry);
        if (own.size === 0 && listeners.get(topic) === own) listeners.delete(topic);
      };
    },
    close: () => {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
