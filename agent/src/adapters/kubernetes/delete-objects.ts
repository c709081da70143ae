import { isCode } from './api-problem.ts';
import type { AttemptState } from './cluster-state.ts';
import { collectionPath, podKind } from './kinds.ts';
import type { KubeObject } from './read-objects.ts';
import type { KubernetesWorld } from './world.ts';

/** How long a deletion is waited for before the caller is told to come again, in ms. */
const goneLimitMs = 10_000;

/** Removes the lead of an attempt, and with it all that it owns. Safe to repeat; what is not there is fine. Throws `ApiProblem`. */
export async function deleteObjects(
  attempt: AttemptState,
  world: KubernetesWorld,
  isForeground = false,
): Promise<void> {
  const { lead, namespace } = attempt;
  attempt.isRemoved = true;
  if (lead === null) return;
  const body = { propagationPolicy: isForeground ? 'Foreground' : 'Background', preconditions: { uid: lead.uid } };
  await ifThere(world.client.call({ method: 'DELETE', path: `${collectionPath(lead, namespace)}/${lead.name}`, body }));
  attempt.isRemovalTaken = true;
}

/** Removes an attempt and waits until its lead is gone; false: it still goes. */
export async function deleteAndWait(attempt: AttemptState, world: KubernetesWorld): Promise<boolean> {
  const { lead, namespace } = attempt;
  await deleteObjects(attempt, world, true);
  if (lead === null) return true;
  const untilMs = world.clock.monotonicMs() + goneLimitMs;
  for (let pauseMs = 20; world.clock.monotonicMs() < untilMs; pauseMs = Math.min(500, pauseMs * 2)) {
    try {
      const there = await world.client.call<KubeObject>({ path: `${collectionPath(lead, namespace)}/${lead.name}` });
      if (there.metadata.uid !== lead.uid) return true;
    } catch (error) {
      if (isCode(error, 404)) {
        world.state.forget(attempt.run.uuid, attempt.run.attempt);
        return true;
      }
      throw error;
    }
    await new Promise<void>((resolve) => world.clock.after(pauseMs, resolve));
  }
  return false;
}

/** Ends the pods of an attempt: politely within `graceSeconds`, at once with 0. */
export async function deletePods(
  attempt: Pick<AttemptState, 'namespace' | 'pods'>,
  graceSeconds: number,
  world: KubernetesWorld,
): Promise<void> {
  const live = [...attempt.pods.values()].filter((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed');
  await Promise.all(
    live.map((pod) =>
      ifThere(
        world.client.call({
          method: 'DELETE',
          path: `${collectionPath(podKind, attempt.namespace)}/${encodeURIComponent(pod.name)}`,
          body: { gracePeriodSeconds: graceSeconds, preconditions: { uid: pod.uid } },
        }),
      ),
    ),
  );
}

/** Gone already, or another object by now: what was wanted is so. */
async function ifThere(deleting: Promise<unknown>): Promise<void> {
  try {
    await deleting;
  } catch (error) {
    if (!isCode(error, 404) && !isCode(error, 409)) throw error;
  }
}
