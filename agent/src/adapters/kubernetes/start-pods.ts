import { startGate } from '../../compile/kubernetes/names.ts';
import { podsToStart } from '../../observe/held-pods.ts';
import type { PodView, RunView } from '../../observe/run-view.ts';
import { ApiProblem, isCode, isPassing } from './api-problem.ts';
import type { AttemptState } from './cluster-state.ts';
import { collectionPath, podKind } from './kinds.ts';
import type { KubeObject } from './read-objects.ts';
import type { KubernetesWorld } from './world.ts';

/** Pause before a pod that could not be let go is tried again, in ms. */
const pauseMs = 500;

/**
 * Takes our gate from the pods that may start (ADR 23). The choice is remembered before it is carried out, since an answer
 * that gets lost leaves open whether the pod runs. Gives the ms after which to look again; null: when something changes.
 */
export function startPods(world: KubernetesWorld): (attempt: AttemptState, view: RunView) => Promise<number | null> {
  const choices = new WeakMap<AttemptState, Map<string, string>>();
  return async (attempt, view) => {
    const chosen = choices.get(attempt) ?? new Map<string, string>();
    const pods = podsToStart(view, chosen);
    if (pods.length === 0) return null;
    choices.set(attempt, chosen);
    for (const { place, uid } of pods) chosen.set(place, uid);
    const areLetGo = await Promise.all(pods.map((pod) => letGo(pod, attempt.namespace, world)));
    return areLetGo.every(Boolean) ? null : pauseMs;
  };
}

/** False: it is to be tried again. */
async function letGo({ name, uid }: PodView, namespace: string, world: KubernetesWorld): Promise<boolean> {
  try {
    const pod = await world.client.call<KubeObject>({
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      path: `${collectionPath(podKind, namespace)}/${encodeURIComponent(name)}`,
      // The uid is a condition: another pod of the name is not meant. Gates of others stay. Who set which field is of no use
      // in a pod that nobody applies, and keeping it is a third of the API server's work for each change from here on.
      body: {
        metadata: { uid, managedFields: [{}] },
        spec: { schedulingGates: [{ $patch: 'delete', name: startGate }] },
      },
    });
    world.state.put(pod);
    return true;
  } catch (error) {
    if (isCode(error, 404) || isCode(error, 409)) return true; // Gone: what became of it comes by the watch.
    if (!(error instanceof ApiProblem) || !isPassing(error)) throw error;
    return false;
  }
}
