import { isOver } from './pods.ts';
import type { JobView, PodView, RunView } from './run-view.ts';

/** Conditions after which a Job wants no more pods. */
const jobEnds: ReadonlySet<string> = new Set([
  'Complete',
  'Failed',
  'FailureTarget',
  'SuccessCriteriaMet',
  'Suspended',
]);

/**
 * Pods that may start now: in each place of a Job one at a time, and none where one has done its work. A Job may have made
 * two pods for one place when the API server broke off before its answer; the second never starts (ADR 23).
 *
 * `chosen` has the pod that was chosen for a place before, by uid. It stays the one as long as it is there: whether it was
 * let go may be unknown, and a second choice would be a second start. Pure.
 */
export function podsToStart(view: RunView, chosen: ReadonlyMap<string, string>): readonly PodView[] {
  const { lead, stop, recordedEnd } = view;
  if (lead === null || lead.isDeleting || stop !== null || recordedEnd !== null) return [];
  const open = view.jobs.filter(isOpen);
  const held = view.pods.filter(
    (pod) => pod.isHeld && !pod.isDeleting && open.some((job) => pod.place.startsWith(`${job.uid}/`)),
  );
  return [...new Set(held.map(({ place }) => place))].flatMap((place) => {
    if (view.pods.some((pod) => pod.place === place && isTaken(pod))) return [];
    const waiting = held.filter((pod) => pod.place === place);
    return waiting.find(({ uid }) => uid === chosen.get(place)) ?? waiting.reduce(older);
  });
}

/** It runs, may run, or has done its work; one that failed leaves its place to the next. */
const isTaken = (pod: PodView): boolean => !pod.isHeld && (!isOver(pod) || pod.phase === 'Succeeded');

const isOpen = (job: JobView): boolean =>
  !job.isSuspended && !job.conditions.some((each) => each.isTrue && jobEnds.has(each.type));

/** Times are whole seconds; the name decides between two of one second. */
function older(left: PodView, right: PodView): PodView {
  if (left.createdAtMs !== right.createdAtMs) return left.createdAtMs < right.createdAtMs ? left : right;
  return left.name < right.name ? left : right;
}
