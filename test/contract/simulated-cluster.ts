import type { Executor, Observed } from '../../agent/src/ports/executor.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A cluster that outlives its agents: it counts how often each attempt really began. */
export interface SimulatedCluster {
  /** The executor of one agent process on this cluster. */
  executor(): Executor;
  /** How often something was started, by `uuid/attempt`. */
  readonly starts: ReadonlyMap<string, number>;
  find(uuid: string): Observed | undefined;
}

interface Life {
  observed: Observed;
  /** Intent of the highest generation seen, for stops that come first. */
  generation: number;
}

/** Ends are compared with the database's clock (L-05), so they carry its time and not the virtual one. */
const realNowMs = (): number => Date.now();

/** Each run goes through starting, running, processing and then succeeds or fails, at times that chance decides. */
export function simulatedCluster(time: VirtualTime, random: Random): SimulatedCluster {
  const lives = new Map<string, Life>();
  const starts = new Map<string, number>();
  const watchers = new Set<(observed: Observed) => void>();

  const become = (uuid: string, change: Partial<Observed>): void => {
    const life = lives.get(uuid);
    if (life === undefined || life.observed.ended !== null) return;
    life.observed = { ...life.observed, ...change, seq: life.observed.seq + 1n, atMs: time.nowMs() };
    for (const watcher of watchers) watcher(life.observed);
  };

  const end = (uuid: string, status: 'succeeded' | 'failed' | 'stopped', exitCode: number | null): void => {
    const reason = status === 'succeeded' ? 'Completed' : status === 'failed' ? 'ContainerFailed' : 'UserStop';
    become(uuid, { status, reason, ended: { finishedAtMs: realNowMs(), exitCode, outputs: null, artifacts: [] } });
  };

  const begin = (observed: Observed): void => {
    const key = `${observed.run.uuid}/${observed.run.attempt}`;
    starts.set(key, (starts.get(key) ?? 0) + 1);
    const { uuid } = observed.run;
    time.after(random.below(2_000), () => become(uuid, { status: 'running', reason: 'Running' }));
    time.after(2_000 + random.below(20_000), () => become(uuid, { status: 'processing', reason: 'Collecting' }));
    const fails = random.chance(0.3);
    time.after(22_000 + random.below(5_000), () => end(uuid, fails ? 'failed' : 'succeeded', fails ? 3 : 0));
  };

  const put = (run: Observed['run'], status: Observed['status'], ended: Observed['ended']): Observed => {
    const observed: Observed = {
      run,
      status,
      reason: ended === null ? 'Started' : 'UserStop',
      message: '',
      seq: 1n,
      atMs: time.nowMs(),
      ended,
      pods: [],
    };
    lives.set(run.uuid, { observed, generation: run.generation });
    for (const watcher of watchers) watcher(observed);
    return observed;
  };

  return {
    starts,
    find: (uuid) => lives.get(uuid)?.observed,
    executor: () => ({
      kinds: ['job', 'service'],
      standing: async (run) => {
        const life = lives.get(run.uuid);
        if (life === undefined) return null;
        return run.generation < life.generation ? { kind: 'superseded' } : { kind: 'already' };
      },
      apply: async (plan) => {
        const life = lives.get(plan.run.uuid);
        if (life !== undefined)
          return plan.run.generation < life.generation ? { kind: 'superseded' } : { kind: 'already' };
        // Now and then the cluster makes nothing and says so: the only way back into the queue.
        if (random.chance(0.1)) return { kind: 'retry', reason: 'ClusterQuota', message: 'Full.', afterMs: 1 };
        begin(put(plan.run, 'starting', null));
        return { kind: 'accepted' };
      },
      stop: async (run) => {
        const life = lives.get(run.uuid);
        if (life === undefined) {
          put(run, 'stopped', { finishedAtMs: realNowMs(), exitCode: null, outputs: null, artifacts: [] });
          return { kind: 'gone' };
        }
        life.generation = Math.max(life.generation, run.generation);
        if (life.observed.ended !== null) return { kind: 'gone' };
        time.after(random.below(3_000), () => end(run.uuid, 'stopped', null));
        return { kind: 'stopping' };
      },
      forward: async () => ({ kind: 'refused', reason: 'NotFound', message: 'There is no network here.' }),
      remove: async (uuid) => {
        if (lives.get(uuid)?.observed.ended === null) return { kind: 'active' };
        lives.delete(uuid);
        return { kind: 'removed' };
      },
      find: async (uuid) => lives.get(uuid)?.observed ?? null,
      async *list() {
        for (const life of [...lives.values()]) yield life.observed;
      },
      watch: async (onChange, signal) => {
        for (const life of [...lives.values()]) onChange(life.observed);
        watchers.add(onChange);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        watchers.delete(onChange);
      },
      async *logs() {},
    }),
  };
}
