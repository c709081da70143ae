import { isDone, type Status } from '@tandem/shared/lifecycle';
import type { RunKey } from '../compile/pod-plan.ts';
import type { ApplyResult, Executor, Observed } from '../ports/executor.ts';

/** An executor whose runs do what a test says. It really tracks them. For tests. */
export interface FakeExecutor extends Executor {
  become(uuid: string, status: Status, seq: bigint): void;
}

export function fakeExecutor(): FakeExecutor {
  const runs = new Map<string, Observed>();
  const listeners = new Set<(observed: Observed) => void>();
  const put = (run: RunKey, status: Status, seq: bigint): void => {
    const ended = isDone(status) ? { finishedAtMs: 1, exitCode: 0, outputs: null, artifacts: [] } : null;
    const observed: Observed = { run, status, reason: 'Running', message: '', seq, atMs: 1, ended, pods: [] };
    runs.set(run.uuid, observed);
    for (const listener of listeners) listener(observed);
  };
  const standing = (run: RunKey): ApplyResult | null => {
    const known = runs.get(run.uuid);
    if (known === undefined || known.run.attempt < run.attempt) return null;
    return run.generation < known.run.generation ? { kind: 'superseded' } : { kind: 'already' };
  };
  return {
    kinds: ['job', 'service'],
    become: (uuid, status, seq) => put(runs.get(uuid)?.run ?? { uuid, attempt: 1, generation: 1 }, status, seq),
    standing: (run) => Promise.resolve(standing(run)),
    apply: (plan) => {
      const there = standing(plan.run);
      if (there !== null) return Promise.resolve(there);
      put(plan.run, 'starting', 1n);
      return Promise.resolve({ kind: 'accepted' });
    },
    stop: (run) => {
      const known = runs.get(run.uuid);
      if (known?.ended == null) put(run, 'stopped', (known?.seq ?? 0n) + 1n);
      return Promise.resolve({ kind: known === undefined || known.ended !== null ? 'gone' : 'stopping' });
    },
    remove: (uuid) => {
      if (runs.get(uuid)?.ended === null) return Promise.resolve({ kind: 'active' });
      runs.delete(uuid);
      return Promise.resolve({ kind: 'removed' });
    },
    find: (uuid) => Promise.resolve(runs.get(uuid) ?? null),
    async *list() {
      yield* runs.values();
    },
    watch: async (listener, signal) => {
      for (const observed of runs.values()) listener(observed);
      listeners.add(listener);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      listeners.delete(listener);
    },
    async *logs() {},
    forward: () => Promise.resolve({ kind: 'refused', reason: 'NotFound', message: 'Nothing of this run is here.' }),
  };
}
