import { mainEnd } from './container-trouble.ts';
import type { Graces } from './judgement.ts';
import { isOver, latest } from './pods.ts';
import type { PodView, RunView } from './run-view.ts';

/** What is to be done about containers that go on beside a main one that has ended. */
export type Beside =
  | { readonly kind: 'nothing' }
  /** They may end by themselves: look again after so many ms. */
  | { readonly kind: 'wait'; readonly ms: number }
  /** Their main containers have failed: without the pods their Job does what it does after every failure. */
  | { readonly kind: 'end-pods'; readonly pods: readonly PodView[] }
  /** Every main container has done its work: the run has succeeded, and nothing of it may go on. */
  | { readonly kind: 'end-run'; readonly finishedAtMs: number };

/**
 * A webhook of the cluster may add an ordinary container to every pod, such as a proxy that never ends; such a pod never
 * ends either. The result of a run is that of its main container (agent-and-kubernetes.md 3.3, and 7, row 19). Our own
 * sidecars are none: the kubelet ends them when the ordinary containers have ended. Pure.
 */
export function besideMain(view: RunView, nowMs: number, graces: Graces): Beside {
  const { settings, jobs } = view;
  if (settings.kind === 'service' || jobs.length === 0) return { kind: 'nothing' };
  const deciding = view.pods.filter((pod) => settings.decidingRoles.includes(pod.role));
  const held = deciding.flatMap((pod) => {
    const end = mainEnd(pod, settings.mainContainer);
    return end !== null && isHeld(pod, settings.mainContainer) ? [{ pod, end }] : [];
  });
  if (held.length === 0) return { kind: 'nothing' };
  const endedAtMs = latest(held.map(({ pod, end }) => end.finishedAtMs ?? pod.startedAtMs)) ?? nowMs;
  const waitMs = endedAtMs + graces.beside - nowMs;
  if (waitMs > 0) return { kind: 'wait', ms: waitMs };
  const failed = held.filter(({ end }) => end.exitCode !== 0).map(({ pod }) => pod);
  if (failed.length > 0) return { kind: 'end-pods', pods: failed };
  const wanted = settings.decidingRoles.reduce((sum, role) => sum + (settings.replicas[role] ?? 1), 0);
  const done = deciding.filter((pod) => mainEnd(pod, settings.mainContainer)?.exitCode === 0);
  return done.length < wanted ? { kind: 'nothing' } : { kind: 'end-run', finishedAtMs: endedAtMs };
}

const isHeld = (pod: PodView, main: string): boolean =>
  !isOver(pod) &&
  !pod.isDeleting &&
  pod.containers.some(({ name, state }) => name !== main && state.kind === 'running');
