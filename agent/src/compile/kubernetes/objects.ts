import type { PodPlan } from '../pod-plan.ts';
import { refused, type Staged, staged } from '../staged.ts';
import { daskObjects } from './dask.ts';
import { indexedObjects } from './indexed.ts';
import { jobObjects } from './job.ts';
import { kubeflowObjects } from './kubeflow.ts';
import type { RunObjects } from './manifest.ts';
import { annotations } from './names.ts';
import type { ObjectSettings, OperatorApi } from './object-settings.ts';
import { rayObjects } from './ray.ts';
import { serviceObjects } from './service.ts';
import { runSettings } from './settings.ts';

export type { ObjectSettings } from './object-settings.ts';

/**
 * The objects of one attempt (agent-and-kubernetes.md 3.2). Pure: the same plan and settings give the same objects. A kind that
 * the cluster has no operator for is refused with a sentence that names what is missing.
 */
export function toObjects(plan: PodPlan, settings: ObjectSettings): Staged<RunObjects> {
  const made = objectsOf(plan, settings);
  return made.ok ? staged(withSettings(made.value, plan)) : made;
}

function objectsOf(plan: PodPlan, settings: ObjectSettings): Staged<RunObjects> {
  const { distribution, kind } = plan;
  const has = (api: OperatorApi): boolean => settings.apis.has(api);
  if (distribution === null) {
    const [replica] = plan.replicas;
    if (replica === undefined) throw new Error('A plan has at least one replica.');
    return staged((kind === 'service' ? serviceObjects : jobObjects)(plan, replica, settings));
  }
  switch (distribution.kind) {
    case 'tfjob':
      return staged(
        has('kubeflow.org/v1/TFJob')
          ? kubeflowObjects(plan, distribution, settings, 'v1')
          : indexedObjects(plan, distribution, settings),
      );
    case 'pytorchjob':
      return staged(
        has('kubeflow.org/v1/PyTorchJob')
          ? kubeflowObjects(plan, distribution, settings, 'v1')
          : indexedObjects(plan, distribution, settings),
      );
    case 'mpijob':
      if (has('kubeflow.org/v1/MPIJob')) return staged(kubeflowObjects(plan, distribution, settings, 'v1'));
      if (has('kubeflow.org/v2beta1/MPIJob')) return staged(kubeflowObjects(plan, distribution, settings, 'v2beta1'));
      return missing(kind, 'MPIJob of kubeflow.org/v1 or kubeflow.org/v2beta1');
    case 'raycluster': {
      const name = distribution.entrypoint === null ? 'RayCluster' : 'RayJob';
      if (!has(`ray.io/v1/${name}`)) return missing(kind, `${name} of ray.io/v1`);
      return staged(rayObjects(plan, distribution, settings));
    }
    case 'daskcluster':
      if (!has('kubernetes.dask.org/v1/DaskCluster')) return missing(kind, 'DaskCluster of kubernetes.dask.org/v1');
      return staged(daskObjects(plan, distribution, settings));
  }
}

function missing(kind: string, api: string): Staged<never> {
  return refused('Unsupported', `The cluster cannot run the kind "${kind}": it does not have ${api}.`);
}

/** What an agent that starts anew must know stands on the object that owns the others. */
function withSettings({ lead, others, needsToken }: RunObjects, plan: PodPlan): RunObjects {
  const { metadata } = lead;
  const all = { ...metadata.annotations, [annotations.settings]: JSON.stringify(runSettings(plan)) };
  return { lead: { ...lead, metadata: { ...metadata, annotations: all } }, others, needsToken };
}
