import { isMap, type Value, type ValueMap } from '@tandem/shared/values';
import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import type { Json, Manifest, RunObjects } from './manifest.ts';
import { metadataOf } from './metadata.ts';
import { objectName, startGate } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { ownRestartPolicy, type PodExtra, podTemplate } from './pod.ts';
import { compact, mapJson } from './to-json.ts';

/** Objects of the kinds that are one pod with an end: one Job. */
export function jobObjects(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings): RunObjects {
  const lead = jobManifest(plan, replica, settings, { name: objectName(plan.run), indexed: null, extra: {} });
  return { lead, others: [], needsToken: plan.plugins.auth };
}

/**
 * A Job that reaches its limit deletes its pods, and their logs with them; a pod that reaches its own ends and stays. So the
 * pod has the limit, and the Job a later one: for tries that end in time each, but not together.
 */
const jobDelaySeconds = 15;

export interface JobForm {
  readonly name: string;
  /** Number of pods that each have an index; null: one pod. */
  readonly indexed: number | null;
  readonly extra: Partial<PodExtra>;
}

/** One Job of a run. Nothing in it makes Kubernetes delete it: that would lose an end that nobody has seen (agent-and-kubernetes.md 2.8). */
export function jobManifest(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings, form: JobForm): Manifest {
  const restartPolicy = ownRestartPolicy(replica) ?? 'Never';
  const { maxRetries, timeoutSeconds } = plan.termination;
  // A pod that names its node goes past the scheduler: Kubernetes takes no gate for it.
  const schedulingGates = settings.holdsPods && !replica.environment.has('nodeName') ? [{ name: startGate }] : null;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: form.name,
      namespace: plan.namespace,
      ...metadataOf(plan, settings, form.indexed === null ? null : replica),
    },
    spec: compact({
      ...(form.indexed === null
        ? {}
        : { completionMode: 'Indexed', completions: form.indexed, parallelism: form.indexed }),
      backoffLimit: maxRetries,
      activeDeadlineSeconds: timeoutSeconds === null ? null : timeoutSeconds + jobDelaySeconds,
      podFailurePolicy: failurePolicy(plan, replica, restartPolicy),
      // A new pod only when the old one is gone: both could hold the same volume.
      podReplacementPolicy: 'Failed',
      template: podTemplate(plan, replica, settings, {
        ...form.extra,
        restartPolicy,
        fields: { ...form.extra.fields, ...compact({ activeDeadlineSeconds: timeoutSeconds, schedulingGates }) },
      }),
    }),
  };
}

/**
 * The user's rules; without any a pod that the cluster removed for its own reasons does not count as a try. Kubernetes has
 * such rules only for pods that it never restarts in place.
 */
function failurePolicy({ termination }: PodPlan, replica: ReplicaPlan, restartPolicy: string): Json {
  if (termination.podFailurePolicy !== null) return mapJson(withMainName(termination.podFailurePolicy, replica));
  if (restartPolicy !== 'Never') return null;
  return { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] };
}

/** Files for the peer call the main container `polyaxon-main` (agent-and-kubernetes.md 2.2). */
function withMainName(policy: ValueMap, replica: ReplicaPlan): ValueMap {
  const renamed = (value: Value): Value => {
    if (value === null || typeof value !== 'object') return value;
    if (!isMap(value)) return value.map(renamed);
    return new Map(
      [...value].map(([key, each]) => [
        key,
        key === 'containerName' && each === 'polyaxon-main' ? replica.main.name : renamed(each),
      ]),
    );
  };
  return new Map([...policy].map(([key, value]) => [key, renamed(value)]));
}
