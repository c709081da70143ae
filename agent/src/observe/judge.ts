import type { Reason } from '@tandem/shared/lifecycle';
import { mainEnd } from './container-trouble.ts';
import { completed, endOf, timeout } from './ends.ts';
import { clockErrorMs, type Graces, type Judgement, judged, graces as usualGraces } from './judgement.ts';
import { isOver, latest } from './pods.ts';
import { progress } from './progress.ts';
import type { RunView, StopView } from './run-view.ts';
import { trouble } from './trouble.ts';

/**
 * The status of a run from its objects as they are now: the table of agent-and-kubernetes.md 3.3, from top to bottom, the
 * first row that fits. Pure: `nowMs` is the cluster's time as well as we know it, needed for what may be so for a while.
 */
export function judge(view: RunView, nowMs: number, graces: Graces = usualGraces): Judgement {
  const { lead, stop, recordedEnd } = view;
  if (recordedEnd !== null) return recordedEnd;
  if (lead?.isTombstone === true)
    return stopped('UserStop', 'The run was stopped before it started.', lead.createdAtMs);
  // The pods may show anything by now: what was stopped beside the main container need not end well.
  if (stop?.why === 'MainEnded') return judgeStop(view, stop, nowMs, graces);
  const ended = endOf(view);
  // Pods end badly when their namespace goes; that is not their own end.
  const isTorn = view.isNamespaceGone && ended?.status === 'failed';
  if (ended !== null && !isTorn && !isByStop(ended, stop)) return ended;
  if (stop !== null) return judgeStop(view, stop, nowMs, graces);
  if (view.isNamespaceGone)
    return judged({ status: 'failed', reason: 'NamespaceGone', end: { exitCode: null, finishedAtMs: null } });
  if (lead === null && !view.isLeadGone) {
    const leftMs = Math.min(...view.pods.map((pod) => pod.createdAtMs)) + graces.noLead - nowMs;
    if (leftMs > 0) return judged({ status: 'starting', reason: 'Accepted', againMs: leftMs });
  }
  if (lead === null || (lead.isDeleting && view.pods.length === 0))
    return stopped('DeletedExternally', 'Somebody deleted the object of the run in the cluster.', null);
  const found = trouble(view, nowMs, graces) ?? progress(view, nowMs, graces);
  return { ...found, againMs: sooner(found.againMs, untilSilent(view, nowMs, graces)) };
}

/** How long until a node of the run has been silent for long enough to be called so; null: none is silent. */
function untilSilent({ pods, silentNodes }: RunView, nowMs: number, graces: Graces): number | null {
  return pods.reduce<number | null>((least, pod) => {
    const sinceMs = silentNodes.get(pod.node);
    const leftMs = sinceMs === undefined ? 0 : sinceMs + graces.silentNode - nowMs;
    return leftMs > 0 ? sooner(least, leftMs) : least;
  }, null);
}

const sooner = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? (left ?? right) : Math.min(left, right);

/** Times of containers are whole seconds, cut off. */
const resolutionMs = 1_000;

/**
 * A program that a stop made end has been stopped, whatever its exit code; one that ended before keeps its end. The two
 * times are of different clocks. In doubt it was the stop: an end that was seen before the order is final already, so
 * that only an end just before it can be taken for one by the stop.
 */
function isByStop(ended: Judgement, stop: StopView | null): boolean {
  const finishedAtMs = ended.end?.finishedAtMs ?? null;
  return stop !== null && (finishedAtMs === null || finishedAtMs + resolutionMs + clockErrorMs > stop.atMs);
}

function stopped(reason: Reason, message: string, atMs: number | null): Judgement {
  return judged({ status: 'stopped', reason, message, atMs, end: { exitCode: null, finishedAtMs: atMs } });
}

/** Row 2: the stop is done when no pod is left; until then the status is as it was. */
function judgeStop(view: RunView, stop: StopView, nowMs: number, graces: Graces): Judgement {
  if (view.pods.some((pod) => !isOver(pod))) return { ...progress(view, nowMs, graces), againMs: 1_000 };
  const ends = view.pods.map((pod) => mainEnd(pod, view.settings.mainContainer)?.finishedAtMs ?? null);
  const finishedAtMs = Math.max(latest(ends) ?? 0, stop.atMs);
  switch (stop.why) {
    case 'TimeoutExceeded':
      return timeout(view, finishedAtMs);
    case 'UserStop':
      return stopped('UserStop', '', finishedAtMs);
    case 'IdleCulled':
      return stopped('IdleCulled', idle(view), finishedAtMs);
    case 'MainEnded':
      return completed(stop.atMs);
  }
}

function idle({ settings: { culling } }: RunView): string {
  return culling === undefined ? '' : `Nobody used the service for ${culling.timeoutSeconds} s.`;
}
