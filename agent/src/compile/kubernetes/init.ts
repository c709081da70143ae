import { catalogueEnv } from '../base-env.ts';
import type { ArtifactsPathTask, CopyTask, HelperTask, StoreRef } from '../helper-task.ts';
import type { BuiltInInitPlan, InitPlan, PathPair, UserInitPlan } from '../init-plan.ts';
import type { ContainerPlan, MountPlan, PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { below, storeRoot } from '../store.ts';
import { noAdditions, toContainerJson } from './container.ts';
import { accessEnv } from './env.ts';
import { helperCatalogue, helperContainer, instanceEnv, logLevelEnv } from './helper.ts';
import type { Json } from './manifest.ts';
import { contextMounts, mountAt, targetOf } from './mounts.ts';
import type { ObjectSettings } from './object-settings.ts';
import { ownVolumes } from './volumes.ts';

/** The init containers of a pod in their order: the folders of the run, the built-in steps, the user's (agent-and-kubernetes.md 2.2). */
export function initContainers(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings): readonly Json[] {
  const first = plan.plugins.collectArtifacts ? [artifactsPath(plan, settings)] : [];
  return [
    ...first,
    ...replica.init.map((init, index) => initContainer(init, index, { plan, main: replica.main }, settings)),
  ];
}

/** Makes the folders of the run; with `autoResume` it brings what a former attempt left in the store (agent-and-kubernetes.md 2.3). */
function artifactsPath(plan: PodPlan, settings: ObjectSettings): Json {
  const { store, paths, plugins, run } = plan;
  const copies: readonly CopyTask[] =
    store === null || !plugins.autoResume
      ? []
      : [
          {
            what: 'dir',
            from: below(storeRoot(store.ref), run.uuid),
            to: paths.runArtifactsPath,
            isRequired: false,
            isSnapshot: true,
          },
        ];
  const task: ArtifactsPathTask = {
    task: 'artifacts-path',
    ensureDirs: [paths.runArtifactsPath, paths.runOutputsPath],
    store: store?.ref ?? null,
    copies,
  };
  return helperContainer({
    name: 'tandem-artifacts-path',
    command: 'init',
    task,
    env: [
      ...logLevelEnv(plan),
      ...(store === null ? [] : [...accessEnv(store.access, 'store'), ...catalogueEnv(store.access.catalogue, false)]),
    ],
    mounts: [mountAt(ownVolumes.artifacts, paths.artifactsPath), ...(store?.access.mounts ?? [])],
    settings: settings.helpers.init,
    override: null,
  });
}

/** What a step belongs to. */
interface Place {
  readonly plan: PodPlan;
  readonly main: ContainerPlan;
}

function initContainer(init: InitPlan, index: number, place: Place, settings: ObjectSettings): Json {
  return init.kind === 'container' ? userInit(init, place, settings) : builtIn(init, index, place, settings);
}

/** The user's container as it is; one that prepares a connection gets that connection, a place for the result, and the credential. */
function userInit({ container, connection, volume }: UserInitPlan, place: Place, settings: ObjectSettings): Json {
  if (connection === null) return toContainerJson(container, noAdditions);
  const { access } = connection;
  const { plan } = place;
  return toContainerJson(container, {
    ...noAdditions,
    env: [
      ...instanceEnv(plan, settings.compat),
      ...catalogueEnv(access.catalogue, settings.compat),
      ...accessEnv(access, 'other'),
    ],
    mounts: [targetOf(volume, plan, place.main), ...contextMounts(plan, ['configs']), ...access.mounts],
  });
}

function builtIn(init: BuiltInInitPlan, index: number, place: Place, settings: ObjectSettings): Json {
  const { plan } = place;
  const { access, override, volume } = init;
  const isOfStore = init.kind === 'artifacts' || init.kind === 'tensorboard';
  return helperContainer({
    name: `tandem-${init.kind}-${index}`,
    command: 'init',
    task: taskOf(init, plan),
    env: [
      ...instanceEnv(plan, settings.compat && override !== null),
      ...helperCatalogue(access.catalogue, override, settings.compat),
      ...accessEnv(access, isOfStore ? 'store' : 'other'),
    ],
    mounts: [targetOf(volume, plan, place.main), ...besideTarget(init, plan), ...access.mounts],
    settings: settings.helpers.init,
    override,
  });
}

/** Copies of artifacts need the store alone; the others may ask the control plane about the run, and some keep a copy with its outputs. */
function besideTarget({ kind }: BuiltInInitPlan, plan: PodPlan): readonly MountPlan[] {
  if (kind === 'artifacts') return [];
  const configs = contextMounts(plan, ['configs']);
  const keepsCopy = kind === 'file' || kind === 'dockerfile';
  return keepsCopy ? [...configs, ...contextMounts(plan, ['artifacts'])] : configs;
}

function taskOf(init: BuiltInInitPlan, plan: PodPlan): HelperTask {
  switch (init.kind) {
    case 'git': {
      const { url, revision, flags, path, connection, keysPath } = init;
      return { task: 'git', url, revision, flags, path, connection, keysPath };
    }
    case 'file': {
      const { path: folder, filename, content, chmod } = init;
      return { task: 'file', folder, filename, content, chmod, copyTo: copyTo(plan) };
    }
    case 'dockerfile': {
      const { path: folder, filename, content } = init;
      return { task: 'dockerfile', folder, filename, content, copyTo: copyTo(plan) };
    }
    case 'artifacts':
      return { task: 'artifacts', store: init.store, ...copiesOf(init) };
    case 'tensorboard': {
      const { store, path: to, uuids, useNames, names, pathPrefix, plugins, port } = init;
      const from = storeRoot(store);
      return { task: 'tensorboard', store, from, to, uuids, useNames, names, pathPrefix, plugins, port };
    }
  }
}

/** For lineage: a made file is kept with the run's outputs, where these are collected. Else nothing is mounted at their place. */
const copyTo = ({ paths, plugins }: PodPlan): string | null => (plugins.collectArtifacts ? paths.runOutputsPath : null);

interface Copies {
  readonly ensureDirs: readonly string[];
  readonly copies: readonly CopyTask[];
}

/** Files first, then folders, then what may be either; nothing listed means everything (agent-and-kubernetes.md 2.3). */
function copiesOf(init: Extract<BuiltInInitPlan, { kind: 'artifacts' }>): Copies {
  const { store, path, files, dirs, paths } = init;
  const isAll = files.length + dirs.length + paths.length === 0;
  const copy = (what: CopyTask['what'], pair: PathPair): CopyTask => copyOf(what, pair, store, path, !isAll);
  const copies = [
    ...files.map((pair) => copy('file', pair)),
    ...(isAll ? [{ from: '', to: '' }] : dirs).map((pair) => copy('dir', pair)),
    ...paths.map((pair) => copy('path', pair)),
  ];
  // Most files of a list share their folder.
  return { ensureDirs: [...new Set(copies.map(({ what, to }) => (what === 'dir' ? to : folderOf(to))))], copies };
}

function copyOf(what: CopyTask['what'], pair: PathPair, store: StoreRef, path: string, isRequired: boolean): CopyTask {
  return { what, from: below(storeRoot(store), pair.from), to: below(path, pair.to), isRequired, isSnapshot: false };
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
