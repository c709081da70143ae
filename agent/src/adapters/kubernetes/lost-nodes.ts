import { nodeLost } from '../../observe/container-trouble.ts';
import { isOver } from '../../observe/pods.ts';
import type { PodView, RunView } from '../../observe/run-view.ts';
import { ApiProblem, isCode } from './api-problem.ts';
import { collectionPath, podKind } from './kinds.ts';
import type { KubernetesWorld } from './world.ts';

/** Pause after a try that was refused, in ms. */
const pauseMs = 60_000;

/**
 * Ends the pods of a run whose node has not answered for too long, where an admin allows it: their Job makes new ones, and
 * the try is not counted, since the cluster took it (agent-and-kubernetes.md 7, row 7). Gives the ms after which to look
 * again; null: no pod is on a silent node, or nobody allows it. Throws `ApiProblem`.
 *
 * A deletion alone would wait for ever: the Job takes a pod for ended only when it says so, and the one who would make it
 * say so is the node. So the pod is given its end first.
 */
export async function endOnLostNodes(view: RunView, world: KubernetesWorld): Promise<number | null> {
  const { mayForce, afterSeconds } = world.lostNodes;
  if (!mayForce) return null;
  const nowMs = world.clock.nowMs();
  const silent = view.pods.flatMap((pod) => {
    const sinceMs = isOver(pod) ? undefined : view.silentNodes.get(pod.node);
    return sinceMs === undefined ? [] : [{ pod, leftMs: sinceMs + afterSeconds * 1000 - nowMs }];
  });
  if (silent.length === 0) return null;
  for (const { pod, leftMs } of silent) {
    if (leftMs > 0) continue;
    world.log.warn({ run: view.run.uuid, pod: pod.name, node: pod.node }, 'a pod is ended by force: its node is lost');
    await endByForce(pod, view.namespace, world);
  }
  const later = silent.map(({ leftMs }) => leftMs).filter((ms) => ms > 0);
  return Math.min(...later, pauseMs);
}

async function endByForce(pod: PodView, namespace: string, world: KubernetesWorld): Promise<void> {
  const path = `${collectionPath(podKind, namespace)}/${encodeURIComponent(pod.name)}`;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: nodeLost,
    message: `The node "${pod.node}" did not answer for ${world.lostNodes.afterSeconds} s.`,
    lastTransitionTime: new Date(world.clock.nowMs()).toISOString(),
  };
  try {
    await world.client.call({
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      path: `${path}/status`,
      body: { metadata: { uid: pod.uid }, status: { phase: 'Failed', reason: nodeLost, conditions: [condition] } },
    });
    const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.uid } };
    await world.client.call({ method: 'DELETE', path, body });
  } catch (error) {
    if (isCode(error, 404) || isCode(error, 409)) return; // Gone already, or another pod by now.
    if (!(error instanceof ApiProblem) || error.code !== 403) throw error;
    world.log.error(
      { pod: pod.name, problem: error.message },
      'the agent may end pods of lost nodes by its configuration, but lacks the right "patch pods/status"',
    );
  }
}
