import { quantityNumber } from '@tandem/shared/values';
import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { emptyMap, mapAt } from '../reading.ts';
import type { Json } from './manifest.ts';
import { dockerSocket } from './mounts.ts';
import { tokenSecretName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { compact } from './to-json.ts';
import { emptyVolume, ownVolumes, pathVolume, toVolumeJson } from './volumes.ts';

/**
 * The volumes of a pod: all of the user's, and of ours those that a container mounts. A volume that nobody mounts would still
 * have to be attached before the pod starts (agent-and-kubernetes.md 1.3).
 */
export function podVolumes(
  plan: PodPlan,
  replica: ReplicaPlan,
  settings: ObjectSettings,
  containers: readonly Json[],
): readonly Json[] {
  const mounted = new Set(containers.flatMap(mountedNames));
  const ofStore = (plan.store?.volumes ?? []).filter(({ name }) => !replica.volumes.some((each) => each.name === name));
  const all = [...replica.volumes, ...ofStore];
  const planned = all.filter(({ kind, name }) => kind === 'user' || mounted.has(name));
  return [...planned.map(toVolumeJson), ...ownOnes(plan, replica, settings, mounted)];
}

function ownOnes(
  plan: PodPlan,
  replica: ReplicaPlan,
  settings: ObjectSettings,
  mounted: ReadonlySet<string>,
): readonly Json[] {
  const paths = new Set(replica.init.flatMap(({ volume }) => volume ?? []));
  const ours: readonly (readonly [string, () => Json])[] = [
    ...[...paths].map((path): readonly [string, () => Json] => [pathVolume(path), () => emptyVolume(pathVolume(path))]),
    [ownVolumes.artifacts, () => emptyVolume(ownVolumes.artifacts)],
    [ownVolumes.shm, () => sharedMemory(replica, settings)],
    [
      ownVolumes.configs,
      // The executor makes the Secret with the run's credential; its key is the file that tracking clients read (decisions.md 45).
      () => ({ name: ownVolumes.configs, secret: { secretName: tokenSecretName(plan.run), defaultMode: 0o444 } }),
    ],
    [ownVolumes.docker, () => ({ name: ownVolumes.docker, hostPath: { path: dockerSocket } })],
  ];
  return ours.filter(([name]) => mounted.has(name)).map(([, make]) => make());
}

/** Half of the main container's memory, since what lies there counts as its memory (agent-and-kubernetes.md 2.6). */
function sharedMemory(replica: ReplicaPlan, settings: ObjectSettings): Json {
  const limits = mapAt(mapAt(replica.main.kubernetes, 'resources') ?? emptyMap, 'limits') ?? emptyMap;
  const memory = quantityNumber(limits.get('memory') ?? null);
  const sizeLimit = memory > 0 ? String(Math.floor(memory / 2)) : settings.shmSize;
  return { name: ownVolumes.shm, emptyDir: compact({ medium: 'Memory', sizeLimit }) };
}

function mountedNames(container: Json): readonly string[] {
  if (container === null || typeof container !== 'object' || Array.isArray(container)) return [];
  const mounts = (container as { readonly volumeMounts?: Json }).volumeMounts;
  if (!Array.isArray(mounts)) return [];
  return mounts.flatMap((mount: Json) => {
    const name = mount !== null && typeof mount === 'object' && 'name' in mount ? mount['name'] : null;
    return typeof name === 'string' ? [name] : [];
  });
}
