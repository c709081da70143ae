import type { Reason } from '@tandem/shared/lifecycle';
import { waitingTrouble } from './container-trouble.ts';
import { type Graces, type Judgement, judged } from './judgement.ts';
import { isOver } from './pods.ts';
import type { ConditionView, EventView, PodView, RunView } from './run-view.ts';

/** Rows 8 to 14 and 20: trouble that may pass. */
export function trouble(view: RunView, nowMs: number, graces: Graces): Judgement | null {
  for (const pod of view.pods) {
    if (isOver(pod)) continue;
    const found = podTrouble(view, pod, nowMs, graces);
    if (found !== null) return found;
  }
  return null;
}

function podTrouble(view: RunView, pod: PodView, nowMs: number, graces: Graces): Judgement | null {
  const scheduled = pod.conditions.find((each) => each.type === 'PodScheduled');
  if (scheduled !== undefined && !scheduled.isTrue && scheduled.reason === 'Unschedulable') {
    const sinceMs = scheduled.atMs;
    if (/persistentvolumeclaim "[^"]*" not found/.test(scheduled.message))
      return missingClaim(scheduled, nowMs, graces);
    if (nowMs - sinceMs >= graces.unschedulable)
      return judged({ status: 'unschedulable', reason: 'Unschedulable', message: scheduled.message, atMs: sinceMs });
    return judged({ status: 'starting', reason: 'Accepted', againMs: sinceMs + graces.unschedulable - nowMs });
  }
  if (scheduled !== undefined && !scheduled.isTrue && scheduled.reason === 'SchedulingGated' && !pod.isHeld)
    return judged({ status: 'starting', reason: 'Gated', message: scheduled.message, atMs: scheduled.atMs });

  const waiting = waitingTrouble(pod);
  const sinceMs = pod.startedAtMs ?? pod.createdAtMs;
  if (waiting !== null) {
    const { reason, message, grace } = waiting;
    if (grace === 'never')
      return judged({ status: view.settings.kind === 'service' ? 'warning' : 'retrying', reason, message });
    const graceMs = grace === 'at-once' ? 0 : graces[grace];
    if (nowMs - sinceMs >= graceMs)
      return judged({ status: 'failed', reason, message, atMs: nowMs, end: { exitCode: null, finishedAtMs: null } });
    return judged({ status: 'warning', reason, message, againMs: sinceMs + graceMs - nowMs });
  }
  const silent = pod.node === '' ? undefined : view.silentNodes.get(pod.node);
  if (silent !== undefined) return nodeTrouble(pod, silent, nowMs, graces);
  return mountTrouble(view, pod, nowMs, graces);
}

/** The scheduler knows the claim by name; one that is made in time lets the run go on. */
function missingClaim({ atMs, message }: ConditionView, nowMs: number, graces: Graces): Judgement {
  const waitedMs = nowMs - atMs;
  if (waitedMs >= graces.mount)
    return judged({
      status: 'failed',
      reason: 'VolumeMount',
      message,
      atMs: nowMs,
      end: { exitCode: null, finishedAtMs: null },
    });
  if (waitedMs < graces.unschedulable)
    return judged({ status: 'starting', reason: 'Accepted', againMs: graces.unschedulable - waitedMs });
  return judged({ status: 'warning', reason: 'VolumeMount', message, atMs, againMs: graces.mount - waitedMs });
}

function nodeTrouble(pod: PodView, sinceMs: number, nowMs: number, graces: Graces): Judgement | null {
  if (nowMs - sinceMs < graces.silentNode) return null;
  return judged({
    status: 'warning',
    reason: 'NodeNotReady',
    message: `The node "${pod.node}" does not answer; what the pod does there is not known.`,
    atMs: sinceMs,
  });
}

function mountTrouble(view: RunView, pod: PodView, nowMs: number, graces: Graces): Judgement | null {
  const isCreating = pod.phase === 'Pending' && pod.node !== '' && !hasStarted(pod);
  const sinceMs = pod.startedAtMs ?? pod.createdAtMs;
  if (!isCreating || nowMs - sinceMs < graces.events) return null;
  const event = newestEvent(view.events, pod.uid, ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox']);
  if (event === null) return null;
  const reason: Reason = /configmap/i.test(event.message)
    ? 'MissingConfigMap'
    : /secret/i.test(event.message)
      ? 'MissingSecret'
      : 'VolumeMount';
  const graceMs = reason === 'VolumeMount' ? graces.mount : graces.config;
  if (nowMs - sinceMs >= graceMs)
    return judged({
      status: 'failed',
      reason,
      message: event.message,
      atMs: nowMs,
      end: { exitCode: null, finishedAtMs: null },
    });
  if (nowMs - sinceMs < graces.mountWarning) return null;
  return judged({
    status: 'warning',
    reason,
    message: event.message,
    atMs: event.atMs,
    againMs: sinceMs + graceMs - nowMs,
    wantsEvents: true,
  });
}

const hasStarted = (pod: PodView): boolean =>
  [...pod.init, ...pod.containers].some((each) => each.state.kind === 'running' || each.state.kind === 'terminated');

function newestEvent(events: readonly EventView[], about: string, reasons: readonly string[]): EventView | null {
  return events
    .filter((event) => event.about === about && reasons.includes(event.reason))
    .reduce<EventView | null>((last, event) => (last === null || event.atMs >= last.atMs ? event : last), null);
}
