import { isTrue } from '../../observe/pods.ts';
import type { PodView } from '../../observe/run-view.ts';
import type { Forwarded } from '../../ports/executor.ts';
import { forwardTo, noSuchRun, runEnded, undeclared } from '../forward-to.ts';
import type { AttemptState } from './cluster-state.ts';

const notReady: Forwarded = {
  kind: 'refused',
  reason: 'NotReady',
  message: 'No pod of the run is ready to answer yet.',
};

/**
 * Connects to a pod of the newest attempt, at its own address: no Service and no right of the cluster is needed for it. The
 * ports are those that the attempt's lead object says, so they are known after a restart.
 */
export async function forwardToPod(
  newest: Pick<AttemptState, 'lead' | 'isRemoved' | 'settings' | 'pods'> | null,
  hasEnded: boolean,
  port: number,
  signal: AbortSignal,
): Promise<Forwarded> {
  if (newest === null || newest.isRemoved || newest.lead === null || newest.lead.isTombstone) return noSuchRun;
  if (hasEnded) return runEnded;
  const refused = undeclared(newest.settings.ports, port);
  if (refused !== null) return refused;
  const [host] = readyAddresses([...newest.pods.values()]);
  return host === undefined ? notReady : forwardTo({ host, port }, signal);
}

/** Addresses of the pods that are ready, the oldest first: so all connections of a page meet the same one. */
export function readyAddresses(pods: readonly PodView[]): readonly string[] {
  return pods
    .filter((pod) => pod.phase === 'Running' && !pod.isDeleting && pod.ip !== '' && isTrue(pod.conditions, 'Ready'))
    .sort((left, right) => left.createdAtMs - right.createdAtMs || (left.name < right.name ? -1 : 1))
    .map((pod) => pod.ip);
}
