import { labels, managedBy, objectName } from '../../compile/kubernetes/names.ts';
import { isCode } from './api-problem.ts';
import type { AttemptState } from './cluster-state.ts';
import { collectionPath, deploymentKind, jobKind } from './kinds.ts';
import type { KubeObject } from './read-objects.ts';
import type { KubernetesWorld } from './world.ts';

/**
 * Looks for the own object of a run of which only pods were seen: whoever deletes an object may leave its pods. What is
 * found is put into the state; what is not there is gone. Asked by its name first, which costs the API server the same
 * however many runs there are; a list does not. Throws `ApiProblem`.
 */
export async function findLead(attempt: AttemptState, world: KubernetesWorld): Promise<void> {
  const job = await ask<KubeObject>(`${collectionPath(jobKind, attempt.namespace)}/${objectName(attempt.run)}`, world);
  if (job?.metadata.labels?.[labels.agent] === world.agentId) world.state.put(job);
  if (attempt.lead !== null) return;
  const labelSelector = `${labels.run}=${attempt.run.uuid},${labels.agent}=${world.agentId},${labels.managedBy}=${managedBy}`;
  for (const kind of [jobKind, deploymentKind, ...world.operators]) {
    const path = `${collectionPath(kind, attempt.namespace)}?${new URLSearchParams({ labelSelector })}`;
    const found = await ask<{ readonly items: readonly KubeObject[] }>(path, world);
    for (const item of found?.items ?? []) world.state.put({ ...item, kind: kind.kind, apiVersion: kind.apiVersion });
    if (attempt.lead !== null) return;
  }
  attempt.isLeadGone = true;
}

/** Null: it is not there. A kind that the agent may not see, or that is not there any more, has no objects of ours. */
async function ask<T>(path: string, { client }: KubernetesWorld): Promise<T | null> {
  try {
    return await client.call<T>({ path });
  } catch (error) {
    if (isCode(error, 403) || isCode(error, 404)) return null;
    throw error;
  }
}
