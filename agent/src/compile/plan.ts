import type { ValueMap } from '@tandem/shared/values';
import { baseEnv, catalogueEnv, ioEnv } from './base-env.ts';
import { toContainer } from './container.ts';
import { toInits } from './init.ts';
import type { ContainerPlan, PluginsPlan, PodPlan, ReplicaPlan, RunKind, ServicePlan, VolumePlan } from './pod-plan.ts';
import { emptyMap, flagAt, integerAt, mapAt, mapsAt, textAt, textsAt } from './reading.ts';
import type { WithSecrets } from './secrets.ts';
import { refused, type Staged, staged } from './staged.ts';

/** Settings of the agent that shape every plan. */
export interface PlanSettings {
  readonly host: string | null;
  readonly compat: boolean;
  /** How long a stopped run may take, in seconds, where the run does not say. */
  readonly graceSeconds: number;
}

/** Run kinds of one pod, by what they are planned as. Those of several pods are for an executor that knows them. */
const planned: ReadonlyMap<string, RunKind> = new Map([
  ['job', 'job'],
  ['notifier', 'job'],
  ['cleaner', 'job'],
  ['tuner', 'job'],
  ['service', 'service'],
]);

/** Plan: everything an executor has to know, from what the stages before found out. */
export function toPodPlan(draft: WithSecrets, settings: PlanSettings): Staged<PodPlan> {
  const { sealed, run, body, paths } = draft;
  const runtime = sealed.run.runtime ?? sealed.run.kind;
  const kind = planned.get(runtime);
  if (kind === undefined) return refused('Unsupported', `This agent does not run the kind "${runtime}".`);
  const section = mapAt(body, 'container');
  if (section === null) return refused('Unsupported', 'The run has no container.');
  const inits = toInits(body, draft.catalogue, paths);
  if (!inits.ok) return inits;

  const plugins = toPlugins(draft.plugins);
  const environment = mapAt(body, 'environment') ?? emptyMap;
  const replica: ReplicaPlan = {
    role: 'main',
    count: kind === 'service' ? (integerAt(body, 'replicas') ?? 1) : 1,
    init: inits.value,
    main: mainContainer(draft, settings, plugins, section),
    sidecars: mapsAt(body, 'sidecars').map((sidecar, index) =>
      toContainer(sidecar, {
        name: textAt(sidecar, 'name') ?? `sidecar-${index}`,
        env: draft.main.env,
        references: draft.main.references,
        mounts: draft.main.mounts,
      }),
    ),
    volumes: [
      ...mapsAt(body, 'volumes').map(
        (volume): VolumePlan => ({ kind: 'user', name: textAt(volume, 'name') ?? '', volume }),
      ),
      ...draft.main.volumes,
    ],
    environment,
  };
  return staged({
    run,
    owner: sealed.run.owner,
    project: sealed.run.project,
    name: sealed.run.name,
    kind,
    namespace: sealed.run.namespace,
    specSha256: draft.specSha256,
    replicas: [replica],
    termination: {
      ...sealed.termination,
      graceSeconds: integerAt(environment, 'terminationGracePeriodSeconds') ?? settings.graceSeconds,
    },
    paths,
    plugins,
    outputs: draft.outputs.map(({ name, type, isList }) => ({ name, type, isList })),
    inputs: new Map(draft.inputs.map(({ name, value }) => [name, value])),
    service: kind === 'service' ? toService(body) : null,
    labels: textMap(mapAt(environment, 'labels')),
    annotations: textMap(mapAt(environment, 'annotations')),
  });
}

function mainContainer(
  draft: WithSecrets,
  settings: PlanSettings,
  plugins: PluginsPlan,
  section: ValueMap,
): ContainerPlan {
  const store = draft.catalogue.artifactsStore;
  const env = [
    ...baseEnv({
      run: draft.sealed.run,
      host: settings.host,
      paths: draft.paths,
      plugins,
      storeName: store?.name ?? null,
      compat: settings.compat,
    }),
    ...catalogueEnv(draft.mainConnections, settings.compat),
    ...draft.main.env,
    ...ioEnv([...draft.inputs, ...draft.outputs, ...draft.contexts]),
  ];
  return toContainer(section, { name: 'main', env, references: draft.main.references, mounts: draft.main.mounts });
}

/** Defaults of compiler.md 1.2: collecting and shared memory are on, the rest is off. */
function toPlugins(plugins: ValueMap): PluginsPlan {
  return {
    collectArtifacts: flagAt(plugins, 'collectArtifacts', true),
    collectLogs: flagAt(plugins, 'collectLogs', true),
    collectResources: flagAt(plugins, 'collectResources', true),
    syncStatuses: flagAt(plugins, 'syncStatuses', true),
    mountArtifactsStore: flagAt(plugins, 'mountArtifactsStore', false),
    auth: flagAt(plugins, 'auth', true),
    docker: flagAt(plugins, 'docker', false),
    shm: flagAt(plugins, 'shm', true),
  };
}

function toService(body: ValueMap): ServicePlan {
  return {
    ports: textsAt(body, 'ports').map(Number).filter(Number.isInteger),
    replicas: integerAt(body, 'replicas') ?? 1,
    rewritePath: flagAt(body, 'rewritePath', false),
    isExternal: flagAt(body, 'isExternal', false),
  };
}

function textMap(map: ValueMap | null): Readonly<Record<string, string>> {
  return Object.fromEntries([...(map ?? emptyMap).keys()].map((key) => [key, textAt(map ?? emptyMap, key) ?? '']));
}
