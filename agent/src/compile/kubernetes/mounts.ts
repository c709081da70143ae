import type { ContainerPlan, MountPlan, PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { configsPath } from './paths.ts';
import { ownVolumes, pathVolume } from './volumes.ts';

/** What the agent itself mounts into containers (agent-and-kubernetes.md 2.6). */
type Context = 'configs' | 'artifacts' | 'shm' | 'docker';

export function mountAt(volume: string, path: string, readOnly = false): MountPlan {
  return { volume, path, subPath: null, readOnly, more: null };
}

/** Those of the given mounts that the run's plugins want. */
export function contextMounts(plan: PodPlan, wanted: readonly Context[]): readonly MountPlan[] {
  return wanted.flatMap((each) => contextMount(plan, each) ?? []);
}

function contextMount({ plugins, paths }: PodPlan, context: Context): MountPlan | null {
  switch (context) {
    case 'configs':
      return plugins.auth ? mountAt(ownVolumes.configs, configsPath, true) : null;
    case 'artifacts':
      return plugins.collectArtifacts ? mountAt(ownVolumes.artifacts, paths.artifactsPath) : null;
    case 'shm':
      return plugins.shm ? mountAt(ownVolumes.shm, '/dev/shm') : null;
    case 'docker':
      return plugins.docker ? mountAt(ownVolumes.docker, dockerSocket) : null;
  }
}

export const dockerSocket = '/var/run/docker.sock';

/** The places that init steps fill, at which the main container finds what they made. */
export function initMounts(plan: PodPlan, { init, main }: ReplicaPlan): readonly MountPlan[] {
  return init.flatMap((step) =>
    step.kind === 'container' && step.connection === null ? [] : [targetOf(step.volume, plan, main)],
  );
}

/**
 * Where a step puts things: the volume of its path, or the folder of artifacts that all steps share. What the main container
 * has at that path by itself is what it will see there, so the step fills that.
 */
export function targetOf(volume: string | null, { paths }: PodPlan, main: ContainerPlan): MountPlan {
  if (volume === null) return mountAt(ownVolumes.artifacts, paths.artifactsPath);
  const ofMain = main.mounts.find(({ path }) => path.replace(/\/+$/, '') === volume);
  return ofMain ?? mountAt(pathVolume(volume), volume);
}
