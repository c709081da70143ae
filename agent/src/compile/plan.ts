import type { ValueMap } from '@tandem/shared/values';
import { baseEnv, catalogueEnv, ioEnv } from './base-env.ts';
import type { Connection } from './catalogue.ts';
import { toContainer } from './container.ts';
import { toDistribution } from './distribution.ts';
import { toInits } from './init.ts';
import { toPlugins, unsupportedPlugin } from './plugins.ts';
import type {
  ContainerPlan,
  EnvPlan,
  PluginsPlan,
  PodPlan,
  ReplicaPlan,
  RunKind,
  ServicePlan,
  StorePlan,
  VolumePlan,
} from './pod-plan.ts';
import { emptyMap, flagAt, integerAt, mapAt, mapsAt, textAt, textsAt } from './reading.ts';
import { toRunKind } from './run-kind.ts';
import { type Delivery, deliverToHelper, resourcesOf, type WithSecrets } from './secrets.ts';
import { refused, type Staged, staged } from './staged.ts';
import { toStoreRef } from './store.ts';

/** Settings of the agent that shape every plan. */
export interface PlanSettings {
  readonly host: string | null;
  readonly compat: boolean;
  /** How long a stopped run may take, in seconds, where the run does not say. */
  readonly graceSeconds: number;
}

/** Plan: everything an executor has to know, from what the stages before found out. */
export function toPodPlan(draft: WithSecrets, settings: PlanSettings): Staged<PodPlan> {
  const { sealed, run, body, paths, catalogue } = draft;
  const runtime = sealed.run.runtime ?? sealed.run.kind;
  const kind = toRunKind(runtime);
  if (kind === null) return refused('Unsupported', `This agent does not run the kind "${runtime}".`);
  const plugin = unsupportedPlugin(draft.plugins);
  if (plugin !== null) return refused('Unsupported', `This agent does not have the plugin "${plugin}".`);
  if (draft.pods.length === 0) return refused('Unsupported', 'The run has no replicas.');

  const plugins = toPlugins(draft.plugins);
  const replicas: ReplicaPlan[] = [];
  const used: Connection[] = [...(catalogue.artifactsStore === null ? [] : [catalogue.artifactsStore])];
  for (const pod of draft.pods) {
    const replica = toReplica(draft, settings, plugins, pod, kind);
    if (!replica.ok) return replica;
    replicas.push(replica.value.plan);
    used.push(...replica.value.connections);
  }
  const environment = mapAt(body, 'environment') ?? emptyMap;
  return staged({
    run,
    owner: sealed.run.owner,
    project: sealed.run.project,
    name: sealed.run.name,
    kind,
    namespace: sealed.run.namespace,
    specSha256: draft.specSha256,
    replicas,
    distribution: toDistribution(kind, body, new Map(draft.pods.map(({ role, section }) => [role, section]))),
    termination: {
      ...sealed.termination,
      podFailurePolicy: draft.podFailurePolicy,
      graceSeconds: integerAt(environment, 'terminationGracePeriodSeconds') ?? settings.graceSeconds,
    },
    paths,
    plugins,
    store: toStore(catalogue.artifactsStore),
    outputs: draft.outputs.map(({ name, type, isList }) => ({ name, type, isList })),
    inputs: new Map(draft.inputs.map(({ name, value }) => [name, value])),
    service: kind === 'service' ? toService(body) : null,
    resources: resourcesOf(used),
  });
}

interface Replica {
  readonly plan: ReplicaPlan;
  readonly connections: readonly Connection[];
}

/** One pod template: it sees its own connections and nothing of the other replicas (agent-and-kubernetes.md 1.3). */
function toReplica(
  draft: WithSecrets,
  settings: PlanSettings,
  plugins: PluginsPlan,
  pod: WithSecrets['pods'][number],
  kind: RunKind,
): Staged<Replica> {
  const { section, role, group, main, connections } = pod;
  const container = mapAt(section, 'container');
  if (container === null)
    return refused(
      'Unsupported',
      role === 'main' ? 'The run has no container.' : `The replica "${role}" has no container.`,
    );
  const inits = toInits(section, draft.catalogue, draft.paths);
  if (!inits.ok) return inits;
  const env = envOf(draft, settings, plugins, main);
  const around = { env, references: main.access.references, mounts: main.access.mounts };
  const store = draft.catalogue.artifactsStore;
  const asked = [...connections, ...inits.value.connections];
  const plan: ReplicaPlan = {
    role,
    group,
    count: countOf(section, kind),
    connections: connections.map(({ name }) => name),
    init: inits.value.steps,
    main: toContainer(container, { name: mainContainerName(kind), ...around }),
    sidecars: mapsAt(section, 'sidecars').map((sidecar, index): ContainerPlan => {
      const name = textAt(sidecar, 'name') ?? `sidecar-${index}`;
      const nothing = { name, env: [], references: [], mounts: [] };
      return toContainer(sidecar, plugins.sidecar.noConnections ? nothing : { name, ...around });
    }),
    volumes: onceByName([
      ...mapsAt(section, 'volumes').map(
        (volume): VolumePlan => ({ kind: 'user', name: textAt(volume, 'name') ?? '', volume }),
      ),
      ...main.volumes,
      ...inits.value.volumes,
    ]),
    annotations: Object.assign({}, ...[...asked, ...(store === null ? [] : [store])].map((each) => each.annotations)),
    environment: mapAt(section, 'environment') ?? emptyMap,
  };
  return staged({ plan, connections: asked });
}

/** Negative numbers of replicas are none; a kind of one pod has one, unless it is a service. */
function countOf(section: ValueMap, kind: RunKind): number {
  const isCounted = kind !== 'job' && kind !== 'notifier' && kind !== 'cleaner' && kind !== 'tuner';
  return isCounted ? Math.max(0, integerAt(section, 'replicas') ?? 1) : 1;
}

/** The training operators look for containers of these names (agent-and-kubernetes.md 2.2). */
function mainContainerName(kind: RunKind): string {
  if (kind === 'tfjob') return 'tensorflow';
  return kind === 'pytorchjob' ? 'pytorch' : 'main';
}

function envOf(
  draft: WithSecrets,
  settings: PlanSettings,
  plugins: PluginsPlan,
  { access }: Delivery,
): readonly EnvPlan[] {
  return [
    ...baseEnv({
      run: draft.sealed.run,
      host: settings.host,
      paths: draft.paths,
      plugins,
      storeName: draft.catalogue.artifactsStore?.name ?? null,
      compat: settings.compat,
    }),
    ...catalogueEnv(access.catalogue, settings.compat),
    ...access.env,
    ...ioEnv([...draft.inputs, ...draft.outputs, ...draft.contexts]),
  ];
}

function toStore(store: Connection | null): StorePlan | null {
  const ref = store === null ? null : toStoreRef(store);
  return store === null || ref === null ? null : { ref, ...deliverToHelper(store) };
}

function onceByName(volumes: readonly VolumePlan[]): readonly VolumePlan[] {
  const seen = new Map<string, VolumePlan>();
  for (const volume of volumes) if (!seen.has(volume.name)) seen.set(volume.name, volume);
  return [...seen.values()];
}

function toService(body: ValueMap): ServicePlan {
  return {
    ports: textsAt(body, 'ports').map(Number).filter(Number.isInteger),
    replicas: integerAt(body, 'replicas') ?? 1,
    rewritePath: flagAt(body, 'rewritePath', false),
    isExternal: flagAt(body, 'isExternal', false),
  };
}
