import type { VolumePlan } from '../pod-plan.ts';
import { volumeName } from '../secrets.ts';
import { shortHash } from '../slug.ts';
import type { Json } from './manifest.ts';
import { compact, mapJson } from './to-json.ts';

/** Names of the volumes that we make ourselves; names of the user never begin so (agent-and-kubernetes.md 2.6). */
export const ownVolumes = {
  configs: volumeName('tandem', 'configs'),
  artifacts: volumeName('tandem', 'artifacts'),
  shm: volumeName('tandem', 'shm'),
  docker: volumeName('tandem', 'docker'),
} as const;

/** The volume behind the `path` of init entries: entries with one path share it. */
export function pathVolume(path: string): string {
  return `path-${shortHash(path)}`;
}

export const emptyVolume = (name: string): Json => ({ name, emptyDir: {} });

/** A volume of a plan as Kubernetes has it. */
export function toVolumeJson(plan: VolumePlan): Json {
  const { name } = plan;
  switch (plan.kind) {
    case 'claim':
      return {
        name,
        persistentVolumeClaim: compact({ claimName: plan.claim, readOnly: plan.readOnly ? true : undefined }),
      };
    case 'host-path':
      return { name, hostPath: { path: plan.path } };
    case 'secret':
      return { name, secret: { secretName: plan.secret, ...filesOf(plan.items, plan.mode) } };
    case 'config':
      return { name, configMap: { name: plan.configMap, ...filesOf(plan.items, plan.mode) } };
    case 'user':
      return mapJson(plan.volume);
  }
}

/** Keys keep their names as files (agent-and-kubernetes.md 8, row 2). */
function filesOf(items: readonly string[] | null, mode: number | null): Readonly<Record<string, Json>> {
  return compact({ items: items?.map((key) => ({ key, path: key })), defaultMode: mode });
}
