import { isCode } from './api-problem.ts';
import { collectionPath, jobKind } from './kinds.ts';
import { refusalOf } from './refusals.ts';
import type { KubernetesWorld } from './world.ts';

/**
 * Whether a namespace is not there or is being deleted. The agent has no right to look at namespaces, but it may make Jobs:
 * it asks how the API server would answer, without making one. Throws `Outage` where the server is not well.
 */
export async function namespaceIsGone(namespace: string, world: KubernetesWorld): Promise<boolean> {
  const container = { name: 'none', image: 'none' };
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] };
  try {
    await world.client.call({
      method: 'POST',
      path: `${collectionPath(jobKind, namespace)}?dryRun=All`,
      body: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'tdm-is-the-namespace-there' },
        spec: { suspend: true, template: { spec } },
      },
    });
    return false;
  } catch (error) {
    if (isCode(error, 409)) return false;
    const refusal = refusalOf(error);
    return refusal.kind === 'rejected' && (refusal.reason === 'NamespaceMissing' || refusal.reason === 'NamespaceGone');
  }
}
