import type { Json, Manifest } from '../compile/kubernetes/manifest.ts';
import { type Check, deny, newCheck, type Violation } from './check.ts';
import type { PolicyFacts } from './facts.ts';
import { configMap, deployment, job, secret, service } from './kinds-core.ts';
import { daskAutoscaler, daskCluster, mpiJob, pytorchJob, rayCluster, rayJob, tfJob } from './kinds-operators.ts';
import type { Policy } from './policy.ts';
import { holdRunToCeiling } from './resources.ts';
import { countAt, type Shape } from './shape.ts';

export type { Violation } from './check.ts';

/** Every kind that an agent may make; there is no other. */
const kinds: ReadonlyMap<string, Shape> = new Map([
  ['batch/v1 Job', job],
  ['apps/v1 Deployment', deployment],
  ['v1 Service', service],
  ['v1 Secret', secret],
  ['v1 ConfigMap', configMap],
  ['kubeflow.org/v1 TFJob', tfJob],
  ['kubeflow.org/v1 PyTorchJob', pytorchJob],
  ['kubeflow.org/v1 MPIJob', mpiJob],
  ['kubeflow.org/v2beta1 MPIJob', mpiJob],
  ['ray.io/v1 RayCluster', rayCluster],
  ['ray.io/v1 RayJob', rayJob],
  ['kubernetes.dask.org/v1 DaskCluster', daskCluster],
  ['kubernetes.dask.org/v1 DaskAutoscaler', daskAutoscaler],
]);

/**
 * Everything in the final objects of one attempt that the policy does not allow; empty: they may go to the API server.
 * The last step before that: whatever presets, defaults and patches have done, this judges the outcome (trust.md 4).
 */
export function evaluate(objects: readonly Manifest[], policy: Policy, facts: PolicyFacts): readonly Violation[] {
  const check = newCheck(policy.rules, facts);
  // An autoscaler is an object of its own, and says how far the workers of another one may grow.
  const mayGrowTo = Math.max(0, ...objects.map((each) => countAt(each['spec'], 'maximum', 0)));
  for (const each of objects) {
    check.object = { kind: each.kind, name: each.metadata.name };
    check.mayGrowTo = each.kind === 'DaskCluster' ? mayGrowTo : 0;
    if (policy.isUnreadable) deny(check, 'unreadable', 'The policy of the agent cannot be read, so nothing may run.');
    else evaluateOne(each, check);
  }
  const [lead] = objects;
  if (lead !== undefined && !policy.isUnreadable) {
    check.object = { kind: lead.kind, name: lead.metadata.name };
    holdRunToCeiling(check);
  }
  return check.violations;
}

function evaluateOne(manifest: Manifest, check: Check): void {
  const shape = kinds.get(`${manifest.apiVersion} ${manifest.kind}`);
  if (shape === undefined)
    deny(check, 'fields', `The agent makes no objects of the kind "${manifest.apiVersion} ${manifest.kind}".`, 'kind');
  else shape(manifest as Json, check);
}
