import { collectorName } from '../../compile/kubernetes/names.ts';
import { type Collected, collectedBy, collectedIn, lostByCollector } from '../../observe/collected.ts';
import { judge } from '../../observe/judge.ts';
import type { Judgement } from '../../observe/judgement.ts';
import type { PodView, RunView } from '../../observe/run-view.ts';
import { scrub } from '../../observe/scrub.ts';
import { steady, type Told } from '../../observe/steady.ts';
import { typeOutputs } from '../../observe/typed-outputs.ts';
import type { Timer } from '../../ports/clock.ts';
import type { Ended, Observed } from '../../ports/executor.ts';
import type { AttemptState } from './cluster-state.ts';
import { deleteObjects } from './delete-objects.ts';
import { findLead } from './find-lead.ts';
import { keepInOrder } from './keep-in-order.ts';
import { collectionPath, podKind } from './kinds.ts';
import { namespaceIsGone } from './namespace-gone.ts';
import type { KubernetesWorld } from './world.ts';

/** Changes of a run without a change of its objects are counted below their version: so many fit between two versions. */
const seqScale = 64n;
/** Shortest pause between two looks that nothing new in the cluster asks for, in ms. */
const leastPauseMs = 50;
const longestPauseMs = 10 * 60_000;
/** Each collection is followed by itself, so a pod may be told before what made it: asked for only after so long, in ms. */
const leadLateMs = 1_000;

interface Known {
  readonly key: string;
  readonly observed: Observed;
}

/**
 * Turns changes of objects into states of runs: judges, adds what the collector left, and tells what is new. A state that
 * was told is not told again, so a pod that flaps between two words of the same trouble makes no storm of reports.
 */
export class Observer {
  readonly #world: KubernetesWorld;
  readonly #tell: (observed: Observed) => void;
  readonly #known = new Map<string, Known>();
  readonly #timers = new Map<string, Timer>();
  readonly #keeper: ReturnType<typeof keepInOrder>;
  readonly #fellAtMs = new WeakMap<AttemptState, number>();
  readonly #leadlessSinceMs = new WeakMap<AttemptState, number>();
  readonly #namespaceGone = new WeakMap<AttemptState, boolean>();
  readonly #busy = new Set<string>();
  readonly #again = new Set<string>();
  #isReady = false;
  #isClosed = false;

  constructor(world: KubernetesWorld, tell: (observed: Observed) => void) {
    this.#world = world;
    this.#tell = tell;
    this.#keeper = keepInOrder(world);
  }

  /** The first lists are read: what is there can be judged. */
  ready(): void {
    this.#isReady = true;
    for (const uuid of [...this.#world.state.uuids()]) this.poke(uuid);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  /** What was last told of a run; null: nothing yet. */
  known(uuid: string): Observed | null {
    return this.#known.get(uuid)?.observed ?? null;
  }

  forget(uuid: string): void {
    this.#known.delete(uuid);
    this.#timers.get(uuid)?.cancel();
    this.#timers.delete(uuid);
  }

  /** Something of the run may have changed. */
  poke(uuid: string): void {
    if (!this.#isReady || this.#isClosed) return;
    if (this.#busy.has(uuid)) {
      this.#again.add(uuid);
      return;
    }
    this.#busy.add(uuid);
    this.#look(uuid)
      .catch((error: unknown) => {
        this.#world.log.warn({ run: uuid, problem: String(error) }, 'a run could not be looked after; trying again');
        this.#lookAgain(uuid, 5_000);
      })
      .finally(() => {
        this.#busy.delete(uuid);
        if (this.#again.delete(uuid)) this.poke(uuid);
      });
  }

  async #look(uuid: string): Promise<void> {
    const { state, clock, graces } = this.#world;
    const attempt = state.newest(uuid);
    if (attempt === null) return this.forget(uuid);
    if (attempt.isRemoved) {
      if (!attempt.isRemovalTaken) await deleteObjects(attempt, this.#world);
      if (attempt.lead !== null || attempt.pods.size > 0) return;
      state.forget(uuid, attempt.run.attempt);
      return this.forget(uuid);
    }
    if (attempt.lead === null && !attempt.isLeadGone) {
      const waitMs = this.#leadIsLateIn(attempt);
      if (waitMs > 0) return this.#lookAgain(uuid, waitMs);
      await findLead(attempt, this.#world);
    }
    // Nothing is awaited where nothing must be: what comes next of the watch may already take the pods away.
    const isVanishing =
      attempt.lead === null || attempt.lead.isDeleting || [...attempt.pods.values()].some((pod) => pod.isDeleting);
    const view = state.view(attempt, isVanishing && (await this.#isNamespaceGone(attempt)));
    const found = judge(view, clock.nowMs(), graces);
    const told = this.#steady(attempt, found);
    const judgement = told.kind === 'tell' ? told.judgement : found;
    const observed = told.kind === 'tell' ? await this.#observed(attempt, view, judgement) : null;
    if (observed !== null) this.#tell(observed);
    const pauseMs = await this.#keeper(attempt, judgement, view);
    const holdMs = told.kind === 'hold' ? told.ms : null;
    const waits = [pauseMs, judgement.againMs, holdMs].filter((each) => each !== null);
    if (waits.length > 0) this.#lookAgain(uuid, Math.min(...waits));
  }

  /** How long to wait for the lead of pods that were seen before it, in ms; 0 or less: it does not come by itself. */
  #leadIsLateIn(attempt: AttemptState): number {
    const nowMs = this.#world.clock.monotonicMs();
    const sinceMs = this.#leadlessSinceMs.get(attempt) ?? nowMs;
    this.#leadlessSinceMs.set(attempt, sinceMs);
    return sinceMs + leadLateMs - nowMs;
  }

  /** What is to be told, seen with what was told before. */
  #steady(attempt: AttemptState, judgement: Judgement): Told {
    const before = this.known(attempt.run.uuid);
    const status = before?.run.attempt === attempt.run.attempt ? before.status : null;
    const nowMs = this.#world.clock.monotonicMs();
    const told = steady(status, judgement, this.#fellAtMs.get(attempt) ?? null, nowMs);
    if (told.kind === 'tell') this.#fellAtMs.delete(attempt);
    else if (!this.#fellAtMs.has(attempt)) this.#fellAtMs.set(attempt, nowMs);
    return told;
  }

  /** Asked only when an object of the run is gone or goes: then its namespace may be what somebody deleted. */
  async #isNamespaceGone(attempt: AttemptState): Promise<boolean> {
    const { isRemoved, stop, recordedEnd } = attempt;
    if (isRemoved || stop !== null || recordedEnd !== null || attempt.namespace === '') return false;
    const known = this.#namespaceGone.get(attempt) ?? (await namespaceIsGone(attempt.namespace, this.#world));
    // Gone is for good; one that is there may go yet, while the object goes.
    if (known || attempt.lead === null) this.#namespaceGone.set(attempt, known);
    return known;
  }

  #lookAgain(uuid: string, pauseMs: number): void {
    if (this.#isClosed) return;
    this.#timers.get(uuid)?.cancel();
    const ms = Math.min(longestPauseMs, Math.max(leastPauseMs, pauseMs));
    this.#timers.set(
      uuid,
      this.#world.clock.after(ms, () => {
        this.#timers.delete(uuid);
        this.poke(uuid);
      }),
    );
  }

  /** The state as the port shows it; null: it is the one that was told before. */
  async #observed(attempt: AttemptState, view: RunView, judgement: Judgement): Promise<Observed | null> {
    const before = this.#known.get(attempt.run.uuid);
    const message = scrub(judgement.message, attempt.settings.resources);
    const { attempt: number, generation } = attempt.run;
    const key = JSON.stringify([number, generation, judgement.status, judgement.reason, message]);
    if (before?.key === key) return null;
    const { clock } = this.#world;
    const nowMs = clock.nowMs();
    const seq = nextSeq(attempt, before?.observed ?? null);
    const collected = judgement.end === null ? null : await this.#collected(attempt, view);
    const observed: Observed = {
      run: attempt.run,
      status: judgement.status,
      reason: judgement.reason,
      message: [message, collected?.note ?? ''].filter((part) => part !== '').join(' '),
      seq,
      atMs: clock.toOwnMs(judgement.atMs ?? nowMs),
      ended:
        judgement.end === null || collected === null
          ? null
          : {
              ...collected.found,
              exitCode: judgement.end.exitCode,
              finishedAtMs: clock.toOwnMs(judgement.end.finishedAtMs ?? nowMs),
            },
      pods: view.pods.map(({ name, phase, node }) => ({ name, phase, node })),
    };
    this.#known.set(attempt.run.uuid, { key, observed });
    return observed;
  }

  async #collected(
    attempt: AttemptState,
    view: RunView,
  ): Promise<{ readonly found: Pick<Ended, 'outputs' | 'artifacts'>; readonly note: string }> {
    const pod = decidingPod(view);
    const found = pod === null ? { kind: 'none' as const } : await this.#resultOf(attempt, pod);
    if (found.kind !== 'result') {
      const lost = pod === null ? null : lostByCollector(pod);
      return { found: { outputs: null, artifacts: [] }, note: lost === null ? '' : `ArtifactsIncomplete: ${lost}` };
    }
    const typed =
      found.outputs === null ? { outputs: null, warning: null } : typeOutputs(found.outputs, attempt.settings.outputs);
    const notes = [
      ...(typed.warning === null ? [] : [typed.warning]),
      ...found.problems.map((each) => `ArtifactsIncomplete: ${each}`),
    ];
    return {
      found: { outputs: typed.outputs === null ? null : Buffer.from(typed.outputs), artifacts: found.artifacts },
      note: notes.join(' '),
    };
  }

  /** From the termination message, or from the log where it did not fit there. */
  async #resultOf(attempt: AttemptState, pod: PodView): Promise<Collected> {
    const found = collectedBy(pod);
    if (found.kind !== 'in-log') return found;
    const path = `${collectionPath(podKind, attempt.namespace)}/${pod.name}/log?container=${collectorName}&tailLines=5`;
    try {
      const parts: string[] = [];
      for await (const part of await this.#world.client.stream({ path })) parts.push(String(part));
      return collectedIn(parts.join(''));
    } catch (error) {
      this.#world.log.warn({ run: attempt.run.uuid, problem: String(error) }, 'the outputs of a run could not be read');
      return { kind: 'none' };
    }
  }
}

/** The pod whose outputs count: of a deciding role, the one that was made last. */
function decidingPod(view: RunView): PodView | null {
  return view.pods
    .filter((pod) => view.settings.decidingRoles.includes(pod.role))
    .reduce<PodView | null>((last, pod) => (last === null || pod.createdAtMs >= last.createdAtMs ? pod : last), null);
}

/** Rises with the versions of the objects, so it is the same after a restart and never lower for something newer. */
function nextSeq(attempt: AttemptState, before: Observed | null): bigint {
  const base = attempt.version * seqScale;
  if (before === null || before.run.attempt !== attempt.run.attempt || before.seq < base) return base;
  return before.seq + 1n;
}
