import { quantityNumber } from '@tandem/shared/values';
import type { ContainerPlan, EnvPlan, PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { emptyMap, mapAt } from '../reading.ts';
import { type Additions, noAdditions, toContainerJson } from './container.ts';
import type { Json } from './manifest.ts';
import { contextMounts, initMounts } from './mounts.ts';
import type { ObjectSettings } from './object-settings.ts';
import { resourcesText } from './to-json.ts';

/** The main container and the user's sidecars of a pod, the main one first: operators take the first for it. */
export function mainContainers(
  plan: PodPlan,
  replica: ReplicaPlan,
  settings: ObjectSettings,
  extra: Partial<Additions>,
): readonly Json[] {
  const main = toContainerJson(replica.main, {
    env: [...(extra.env ?? []), ...noDevices(replica.main)],
    mounts: [...contextMounts(plan, ['configs', 'docker', 'shm', 'artifacts']), ...initMounts(plan, replica)],
    ports: extra.ports ?? [],
    defaults: {
      terminationMessagePolicy: 'FallbackToLogsOnError',
      ...(settings.defaults.resources === null ? {} : { resources: resourcesText(settings.defaults.resources) }),
      ...extra.defaults,
    },
  });
  return [main, ...replica.sidecars.map((sidecar) => sidecarContainer(sidecar, plan))];
}

/** As the main container, but for the places of init steps; untouched where the run wishes it (agent-and-kubernetes.md 1.3). */
function sidecarContainer(sidecar: ContainerPlan, plan: PodPlan): Json {
  if (plan.plugins.sidecar.noConnections) return toContainerJson(sidecar, noAdditions);
  return toContainerJson(sidecar, {
    ...noAdditions,
    env: noDevices(sidecar),
    mounts: contextMounts(plan, ['configs', 'docker', 'shm', 'artifacts']),
  });
}

/**
 * On nodes with the runtime of NVIDIA a container sees every device unless it is told otherwise, so one that asks for none is
 * told. A user's own word wins (agent-and-kubernetes.md 2.5).
 */
function noDevices({ kubernetes, env }: ContainerPlan): readonly EnvPlan[] {
  const name = 'NVIDIA_VISIBLE_DEVICES';
  if (env.some((each) => 'name' in each && each.name === name)) return [];
  const resources = mapAt(kubernetes, 'resources') ?? emptyMap;
  const asks = ['limits', 'requests'].some((part) =>
    [...(mapAt(resources, part) ?? emptyMap)].some(([key, value]) => key.includes('gpu') && quantityNumber(value) > 0),
  );
  return asks ? [] : [{ kind: 'value', name, value: 'none' }];
}
