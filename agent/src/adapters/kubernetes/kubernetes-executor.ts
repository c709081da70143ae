import { serialByKey } from '../../commands/serial-by-key.ts';
import type { PodPlan, RunKey, RunKind } from '../../compile/pod-plan.ts';
import type { Chance } from '../../ports/clock.ts';
import type { ApplyExtra, ApplyResult, Executor, Observed, RemoveResult, StopResult } from '../../ports/executor.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { Outage } from '../../ports/outage.ts';
import type { Vitals } from '../../ports/vitals.ts';
import { ClusterState } from './cluster-state.ts';
import { compareStart } from './compare-start.ts';
import { deleteAndWait, deleteObjects } from './delete-objects.ts';
import { EventLookup } from './event-lookup.ts';
import { followCluster } from './follow-cluster.ts';
import { forwardToPod } from './forward-to-pod.ts';
import { LogKeeper } from './log-keeper.ts';
import { makeObjects } from './make-objects.ts';
import { Observer } from './observer.ts';
import { asOutage } from './refusals.ts';
import { runLogs } from './run-logs.ts';
import { putTombstone, stopObjects } from './stop-objects.ts';
import type { KubernetesWorld } from './world.ts';

export interface KubernetesExecutorOptions extends Omit<KubernetesWorld, 'state' | 'events' | 'logKeeper'> {
  /** Where logs are kept when their pods go; null: nowhere. */
  readonly archive: LogArchive | null;
  readonly chance: Chance;
  /** Namespaces of runs; the first is the default one. */
  readonly namespaces: readonly string[];
  readonly kinds: readonly RunKind[];
  /** Nodes may be looked at, to see those that are silent. */
  readonly seesNodes: boolean;
  readonly metrics: Metrics;
  readonly vitals: Vitals;
}

export interface KubernetesExecutor extends Executor {
  /**
   * The control plane knows how an attempt ended: its objects may go when their time is over. Until they go, their lead says
   * so from some time later on; an agent that is killed before that reports the end once more, which is harmless.
   */
  acknowledge(run: Pick<RunKey, 'uuid' | 'attempt'>): Promise<void>;
  isAcknowledged(uuid: string, attempt: number): boolean;
  /** Resolves when everything that is there has been read once. */
  readonly synced: Promise<void>;
  /** When the cluster was last heard of, by the monotonic clock, in ms. */
  close(): void;
}

/**
 * Runs as objects of a Kubernetes cluster (agent-and-kubernetes.md 3). Its memory is the cluster: what exists is followed by
 * lists and watches, an intent is an annotation, a name is the lock. An outage of the API server changes no status.
 */
export function openKubernetesExecutor(options: KubernetesExecutorOptions): KubernetesExecutor {
  const { clock, namespaces } = options;
  const listeners = new Set<(observed: Observed) => void>();
  const changes = new Map<string, Set<() => void>>();
  const inOrder = serialByKey();
  const stopping = new AbortController();

  const state = new ClusterState((uuid) => {
    observer.poke(uuid);
    for (const wake of changes.get(uuid) ?? []) wake();
  });
  const { archive, client, log } = options;
  const logKeeper = archive === null ? null : new LogKeeper({ archive, client, clock, log });
  const world: KubernetesWorld = { ...options, state, events: new EventLookup(client, clock), logKeeper };
  const observer = new Observer(world, (observed) => {
    for (const listener of listeners) listener(observed);
  });
  let isSynced = false;
  const synced = followCluster({ ...options, state }, stopping.signal).then(() => {
    isSynced = true;
    observer.ready();
  });
  const whenSynced = (): void => {
    if (!isSynced) throw new Outage('not-synced', 'The objects of the cluster are not read yet.', 2_000);
  };

  const standing = (run: RunKey): ApplyResult | null => {
    whenSynced();
    const newest = state.newest(run.uuid);
    if (newest === null || newest.isRemoved) return null;
    if (run.attempt < newest.run.attempt) return { kind: 'superseded' };
    if (run.attempt === newest.run.attempt) return compareStart(newest, run);
    return observer.known(run.uuid)?.ended == null ? notYet('The attempt before has not ended yet.') : null;
  };

  const apply = async (plan: PodPlan, extra: ApplyExtra): Promise<ApplyResult> => {
    const answer = standing(plan.run);
    if (answer !== null) return answer;
    // What remembers a stop, and what is left of a former attempt, makes room first (decisions.md 40).
    for (const former of state.attempts(plan.run.uuid)) {
      const isInTheWay = former.run.attempt < plan.run.attempt || former.lead?.isTombstone === true;
      if (isInTheWay && !(await deleteAndWait(former, world)))
        return notYet('What is left of the attempt before still goes.');
    }
    return makeObjects(plan, extra, world);
  };

  const stop = async (run: RunKey, graceSeconds: number): Promise<StopResult> => {
    whenSynced();
    const known = state.newest(run.uuid);
    const order = { generation: run.generation, why: 'UserStop' as const, atMs: clock.nowMs(), graceSeconds };
    if (known !== null && known.lead !== null && !known.isRemoved) {
      if (known.run.attempt > run.attempt) return { kind: 'gone' };
      if (observer.known(run.uuid)?.ended != null) return { kind: 'gone' };
      // The run's own grace is what its program was made for; an order may only shorten it.
      const grace = Math.min(graceSeconds, known.settings.graceSeconds);
      const generation = Math.max(run.generation, known.run.generation);
      return stopObjects(known, { ...order, generation, graceSeconds: grace }, world);
    }
    if (known !== null && known.run.attempt >= run.attempt) return { kind: 'gone' };
    const made = await putTombstone(run, namespaces[0] ?? 'default', world);
    // Made meanwhile by somebody else: it is seen soon, and the stop comes again.
    if (made === 'there') throw new Outage('just-made', 'The run is just being made.', 1_000);
    return { kind: 'gone' };
  };

  const remove = async (uuid: string): Promise<RemoveResult> => {
    whenSynced();
    for (const attempt of state.attempts(uuid)) {
      if (attempt === state.newest(uuid) && !attempt.isRemoved && observer.known(uuid)?.ended == null)
        return { kind: 'active' };
      await deleteObjects(attempt, world);
    }
    logKeeper?.forget(uuid);
    return { kind: 'removed' };
  };

  /** Calls to the cluster that fail are outages for whoever asked. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asOutage(error);
    }
  };

  const change = (uuid: string) => (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wakes = changes.get(uuid) ?? new Set();
      changes.set(uuid, wakes);
      const timer = clock.after(2_000, done);
      function done(): void {
        wakes.delete(done);
        if (wakes.size === 0) changes.delete(uuid);
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      wakes.add(done);
      signal.addEventListener('abort', done, { once: true });
    });

  return {
    kinds: options.kinds,
    synced,
    standing: (run) => guarded(async () => standing(run)),
    apply: (plan, extra) => inOrder(plan.run.uuid, () => guarded(() => apply(plan, extra))),
    stop: (run, graceSeconds) => inOrder(run.uuid, () => guarded(() => stop(run, graceSeconds))),
    remove: (uuid) => inOrder(uuid, () => guarded(() => remove(uuid))),
    find: (uuid) =>
      guarded(async () => {
        whenSynced();
        return observer.known(uuid);
      }),
    list: async function* list() {
      await synced;
      for (const uuid of [...state.uuids()]) {
        const observed = observer.known(uuid);
        if (observed !== null) yield observed;
      }
    },
    watch: async (onChange, signal) => {
      listeners.add(onChange);
      for (const uuid of [...state.uuids()]) {
        const observed = observer.known(uuid);
        if (observed !== null) onChange(observed);
      }
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      listeners.delete(onChange);
    },
    logs: (uuid, query, signal) =>
      runLogs({
        client: world.client,
        keeper: logKeeper,
        uuid,
        newest: () => state.newest(uuid),
        isOver: () => state.newest(uuid) === null || observer.known(uuid)?.ended != null,
        change: change(uuid),
        query,
        signal,
      }),
    forward: (uuid, port, signal) =>
      guarded(async () => {
        whenSynced();
        return forwardToPod(state.newest(uuid), observer.known(uuid)?.ended != null, port, signal);
      }),
    acknowledge: (run) => {
      const known = state.attempts(run.uuid).find((each) => each.run.attempt === run.attempt);
      if (known === undefined) return Promise.resolve();
      known.isAcknowledged = true;
      if (known.lead === null) {
        state.forget(run.uuid, run.attempt);
        observer.forget(run.uuid);
      } else observer.poke(run.uuid);
      return Promise.resolve();
    },
    isAcknowledged: (uuid, attempt) =>
      state.attempts(uuid).find((each) => each.run.attempt === attempt)?.isAcknowledged === true,
    close: () => {
      stopping.abort();
      observer.close();
      world.client.close();
    },
  };
}

const notYet = (message: string): ApplyResult => ({ kind: 'retry', reason: 'StartNotMade', message, afterMs: 2_000 });
