import { annotations } from '../../compile/kubernetes/names.ts';
import { besideMain } from '../../observe/beside.ts';
import type { Judgement } from '../../observe/judgement.ts';
import { isOver } from '../../observe/pods.ts';
import type { EventView, JobView, PodView, RunView } from '../../observe/run-view.ts';
import { lastActivity } from '../last-activity.ts';
import type { AttemptState } from './cluster-state.ts';
import { cullIdle } from './cull-idle.ts';
import { deleteObjects, deletePods } from './delete-objects.ts';
import { endOnLostNodes } from './lost-nodes.ts';
import { patchLead } from './make-objects.ts';
import { startPods } from './start-pods.ts';
import { forceAfterMs, forceStop, quietOthers, recordEnd, stopObjects, toPatchable } from './stop-objects.ts';
import type { KubernetesWorld } from './world.ts';

/** Pause between two looks at events, and between two stops by force; ms. */
const pauseMs = 15_000;
/** Pods wait for their log to be kept; ms between two looks. */
const keepingMs = 500;
/** An acknowledged end is written on the lead so long after it, ms. */
const noteAfterMs = 20_000;
/** Conditions after which a Job makes no pods. */
const ends: ReadonlySet<string> = new Set(['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet', 'Suspended']);

/**
 * What has to be done about a run besides telling its state: let its pods start, quieten what an end left running, end it at its time limit
 * or when nobody uses it, force a stop that takes too long, look up events, remove it when its time is over. All of it is read from the objects, so
 * it goes on after a restart. Gives the ms after which to look again; null: when something changes.
 */
export function keepInOrder(
  world: KubernetesWorld,
): (attempt: AttemptState, judgement: Judgement, view: RunView) => Promise<number | null> {
  const lookedAt = new WeakMap<AttemptState, number>();
  const forcedAt = new WeakMap<AttemptState, number>();
  const starting = startPods(world);
  const culling = cullIdle({
    clock: world.clock,
    ask: lastActivity,
    stop: async (attempt, atMs) => {
      const { run, settings } = attempt;
      const { graceSeconds } = settings;
      await stopObjects(attempt, { generation: run.generation, why: 'IdleCulled', atMs, graceSeconds }, world);
    },
  });

  const lookUpEvents = async (attempt: AttemptState): Promise<number> => {
    const nowMs = world.clock.monotonicMs();
    const betweenMs = Math.min(pauseMs, world.graces.events);
    const waitMs = (lookedAt.get(attempt) ?? Number.NEGATIVE_INFINITY) + betweenMs - nowMs;
    if (waitMs > 0) return waitMs;
    lookedAt.set(attempt, nowMs);
    attempt.events = await eventsOf(attempt, world);
    return attempt.events.length > 0 ? 0 : betweenMs;
  };

  return async (attempt, judgement, view) => {
    if (judgement.end !== null) return afterEnd(attempt, judgement, world);
    const { stop, lead, settings } = attempt;
    const nowMs = world.clock.nowMs();
    if (stop !== null) {
      const forceMs = stop.atMs + stop.graceSeconds * 1000 + forceAfterMs - nowMs;
      if (forceMs > 0) return forceMs;
      if (world.clock.monotonicMs() - (forcedAt.get(attempt) ?? Number.NEGATIVE_INFINITY) >= pauseMs) {
        forcedAt.set(attempt, world.clock.monotonicMs());
        await forceStop(attempt, world);
      }
      return pauseMs;
    }
    const pauses: number[] = [];
    const startMs = await starting(attempt, view);
    if (startMs !== null) pauses.push(startMs);
    const lostMs = await endOnLostNodes(view, world);
    if (lostMs !== null) pauses.push(lostMs);
    const besideMs = await endBesideMain(attempt, view, world);
    if (besideMs !== null) pauses.push(besideMs);
    // A Job ends itself at its limit.
    if (settings.timeoutSeconds !== null && lead !== null && lead.kind !== 'Job') {
      const leftMs = lead.createdAtMs + settings.timeoutSeconds * 1000 - nowMs;
      if (leftMs <= 0) {
        const order = {
          generation: attempt.run.generation,
          why: 'TimeoutExceeded' as const,
          atMs: nowMs,
          graceSeconds: settings.graceSeconds,
        };
        await stopObjects(attempt, order, world);
        return forceAfterMs;
      }
      pauses.push(leftMs);
    }
    const idleMs = await culling(attempt, judgement);
    if (idleMs !== null) pauses.push(idleMs);
    if (judgement.wantsEvents) pauses.push(await lookUpEvents(attempt));
    return pauses.length === 0 ? null : Math.min(...pauses);
  };
}

/** Ends what goes on beside a main container that has ended; gives the ms after which to look again, null: there is nothing. */
async function endBesideMain(attempt: AttemptState, view: RunView, world: KubernetesWorld): Promise<number | null> {
  const beside = besideMain(view, world.clock.nowMs(), world.graces);
  const { graceSeconds } = attempt.settings;
  switch (beside.kind) {
    case 'nothing':
      return null;
    case 'wait':
      return beside.ms;
    case 'end-pods':
      await deletePods({ namespace: attempt.namespace, pods: byUid(beside.pods) }, graceSeconds, world);
      return pauseMs;
    case 'end-run': {
      const { generation } = attempt.run;
      const order = { generation, why: 'MainEnded' as const, atMs: beside.finishedAtMs, graceSeconds };
      await stopObjects(attempt, order, world);
      return pauseMs;
    }
  }
}

/** An end is final: nothing of the run may go on, and its objects go once the end is known above and their time is over. */
async function afterEnd(attempt: AttemptState, judgement: Judgement, world: KubernetesWorld): Promise<number | null> {
  const { lead, settings } = attempt;
  if (lead === null || judgement.end === null) return null;
  const live = [...attempt.pods.values()].filter((pod) => !isOver(pod));
  if ((live.length > 0 || mayMakeMore(attempt, judgement)) && attempt.recordedEnd === null)
    await recordEnd(attempt, { ...judgement, againMs: null, wantsEvents: false }, world);
  else if (live.some((pod) => !pod.isDeleting)) {
    // Made meanwhile, or left by an order that was cut off.
    await quietOthers(attempt, world);
    await deletePods(attempt, settings.graceSeconds, world);
  }
  if (!attempt.isAcknowledged) return null;
  const isGood = judgement.status === 'succeeded' || judgement.status === 'stopped';
  const ttlSeconds = settings.ttlSeconds ?? (isGood ? world.ttl.succeededSeconds : world.ttl.failedSeconds);
  const leftMs = (judgement.end.finishedAtMs ?? lead.createdAtMs) + ttlSeconds * 1000 - world.clock.nowMs();
  world.logKeeper?.begin(attempt);
  if (leftMs <= 0) {
    if (world.logKeeper?.isDone(attempt) === false) return keepingMs;
    await deleteObjects(attempt, world);
    return null;
  }
  if (lead.isAcknowledged || leftMs <= noteAfterMs) return leftMs;
  // Written down when there is time: runs that begin are more urgent.
  const sinceMs = world.clock.nowMs() - (judgement.end.finishedAtMs ?? lead.createdAtMs);
  if (sinceMs < noteAfterMs) return noteAfterMs - sinceMs;
  if (world.logKeeper?.isDone(attempt) === false) return keepingMs;
  const notes = {
    [annotations.acknowledged]: String(world.clock.nowMs()),
    ...(world.logKeeper?.isInStore(attempt) === true ? { [annotations.logKept]: 'true' } : {}),
  };
  await patchLead(toPatchable(lead, attempt.namespace), { metadata: { annotations: notes } }, world);
  return leftMs;
}

const byUid = (pods: readonly PodView[]): Map<string, PodView> => new Map(pods.map((pod) => [pod.uid, pod]));

/** It failed before it had any pod, and its Job still tries to make one. */
function mayMakeMore({ jobs, pods }: AttemptState, { status }: Judgement): boolean {
  const isOpen = (job: JobView): boolean => !job.conditions.some((each) => each.isTrue && ends.has(each.type));
  return status === 'failed' && pods.size === 0 && [...jobs.values()].some(isOpen);
}

/** Warnings about what of an attempt is stuck, and about what should make its pods. */
async function eventsOf(attempt: AttemptState, world: KubernetesWorld): Promise<readonly EventView[]> {
  const stuck = [...attempt.pods.values()].filter((pod) => pod.phase === 'Pending').map((pod) => pod.uid);
  const owners = [attempt.lead?.uid ?? '', ...attempt.jobs.keys()];
  return world.events.about(attempt.namespace, [...new Set([...stuck, ...owners])]);
}
