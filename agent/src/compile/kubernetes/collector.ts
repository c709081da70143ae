import { catalogueEnv } from '../base-env.ts';
import type { CollectTask } from '../helper-task.ts';
import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { below, storeRoot } from '../store.ts';
import { accessEnv } from './env.ts';
import { helperContainer, instanceEnv } from './helper.ts';
import type { Json } from './manifest.ts';
import { contextMounts } from './mounts.ts';
import { collectorName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';

/**
 * How long the collector may take for its last copy, in seconds: the pod's grace period has so much more than the time that the
 * run itself may take to stop.
 */
export const lastCopySeconds = 60;

/** Whether a run has a collector: to bring its outputs, or to keep artifacts and logs in a store (agent-and-kubernetes.md 2.4). */
export function hasCollector({ plugins, store }: PodPlan): boolean {
  return plugins.collectArtifacts || (plugins.collectLogs && store !== null);
}

/**
 * The collector as a native sidecar: an init container that never stops by itself, is stopped after the main ones, and does
 * not keep a Job from ending. It comes last of all init containers, so that nothing waits for it.
 */
export function collectorContainer(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings): Json {
  const { store, paths, plugins, run } = plan;
  const task: CollectTask = {
    task: 'collect',
    artifactsPath: paths.runArtifactsPath,
    store: store?.ref ?? null,
    storePath: store === null ? null : below(storeRoot(store.ref), run.uuid),
    outputsFile: `${paths.runArtifactsPath}/outputs.json`,
    container: replica.main.name,
    sleepSeconds: plugins.sidecar.sleepSeconds ?? settings.sleepSeconds,
    syncSeconds: plugins.sidecar.syncSeconds ?? settings.syncSeconds,
    collectArtifacts: plugins.collectArtifacts,
    collectLogs: plugins.collectLogs,
  };
  const container = helperContainer({
    name: collectorName,
    command: 'collect',
    task,
    env: [
      ...instanceEnv(plan, false),
      { kind: 'value', name: 'TANDEM_GRACE_SECONDS', value: String(lastCopySeconds) },
      ...(store === null ? [] : [...accessEnv(store.access, 'store'), ...catalogueEnv(store.access.catalogue, false)]),
    ],
    mounts: [...contextMounts(plan, ['configs', 'artifacts']), ...(store?.access.mounts ?? [])],
    settings: settings.helpers.collector,
    override: null,
  });
  return { ...container, restartPolicy: 'Always' };
}
