import type { Catalogue } from '../compile/catalogue.ts';
import type { InitPlan } from '../compile/init-plan.ts';
import { hasCollector } from '../compile/kubernetes/collector.ts';
import type { ObjectSettings } from '../compile/kubernetes/object-settings.ts';
import type { AccessPlan, PodPlan, VolumePlan } from '../compile/pod-plan.ts';
import { dnsLabel, metadataKey, shortHash } from '../compile/slug.ts';
import { type Access, accessOf, type PolicyFacts, type Reach } from './facts.ts';

export interface FactsGiven {
  readonly plan: PodPlan;
  readonly settings: ObjectSettings;
  readonly catalogue: Catalogue;
  /** The agent's namespaces of runs. */
  readonly namespaces: readonly string[];
}

/**
 * What the policy may know of a run. Secrets of the store and of init steps are for the containers that the agent itself makes
 * for them: a user who names such a secret in a container of his own is denied, since he did not ask for the connection.
 */
export function factsOf({ plan, settings, catalogue, namespaces }: FactsGiven): PolicyFacts {
  const { helpers, serviceAccount, defaults, agentId } = settings;
  const asked = plan.replicas.flatMap((replica) =>
    replica.connections.flatMap((name) => catalogue.connections.get(name) ?? []),
  );
  return {
    run: plan.run,
    agentId,
    namespaces: new Set(namespaces),
    serviceAccount,
    imagePullSecrets: new Set(defaults.imagePullSecrets ?? []),
    priorityClass: defaults.priorityClassName,
    helperImages: new Set([helpers.init.image, helpers.collector.image]),
    // As they stand on objects: the agent mends keys that the API server would refuse.
    annotations: new Set(
      plan.replicas.flatMap(({ annotations }) =>
        Object.entries(annotations).map(([key, value]) => `${metadataKey(key)}=${value}`),
      ),
    ),
    access: accessOf(asked),
    helpers: helpersOf(plan),
  };
}

function helpersOf(plan: PodPlan): ReadonlyMap<string, Access> {
  const { store, replicas, plugins } = plan;
  const all = new Map<string, Access>();
  // Only those that are really there: a container of the user could have the name otherwise.
  if (store !== null && plugins.collectArtifacts)
    all.set('tandem-artifacts-path', accessOfPlan(store.access, store.volumes));
  if (store !== null && hasCollector(plan)) all.set('tandem-collector', accessOfPlan(store.access, store.volumes));
  for (const { init, volumes } of replicas)
    for (const [index, step] of init.entries()) {
      const access = step.kind === 'container' ? step.connection?.access : step.access;
      if (access === undefined) continue;
      const name = containerName(step, index);
      // Replicas have steps of one name with connections of their own.
      all.set(name, both(all.get(name), accessOfPlan(access, volumes)));
    }
  return all;
}

/** The names that the making of objects gives (compile/kubernetes: init.ts, container.ts). */
function containerName(step: InitPlan, index: number): string {
  if (step.kind !== 'container') return `tandem-${step.kind}-${index}`;
  const { name } = step.container;
  return dnsLabel(name) || `container-${shortHash(name)}`;
}

/** What a connection delivers to a container: this part of a plan holds nothing of the user's. */
function accessOfPlan({ references, mounts }: AccessPlan, volumes: readonly VolumePlan[]): Access {
  const secrets = new Set<string>();
  const configMaps = new Set<string>();
  const claims = new Map<string, Reach>();
  const hostPaths = new Map<string, Reach>();
  for (const each of references) {
    if ('secret' in each) secrets.add(each.secret);
    if ('configMap' in each) configMaps.add(each.configMap);
  }
  const mounted = new Set(mounts.map(({ volume }) => volume));
  for (const volume of volumes.filter(({ name }) => mounted.has(name)))
    switch (volume.kind) {
      case 'secret':
        secrets.add(volume.secret);
        break;
      case 'config':
        configMaps.add(volume.configMap);
        break;
      case 'claim':
        claims.set(volume.claim, volume.readOnly ? 'read' : 'write');
        break;
      case 'host-path':
        hostPaths.set(volume.path, volume.readOnly ? 'read' : 'write');
        break;
      case 'user':
        break;
    }
  return { secrets, configMaps, claims, hostPaths };
}

function both(one: Access | undefined, other: Access): Access {
  if (one === undefined) return other;
  return {
    secrets: new Set([...one.secrets, ...other.secrets]),
    configMaps: new Set([...one.configMaps, ...other.configMaps]),
    claims: new Map([...one.claims, ...other.claims]),
    hostPaths: new Map([...one.hostPaths, ...other.hostPaths]),
  };
}
