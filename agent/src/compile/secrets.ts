import { catalogueText } from './base-env.ts';
import { type Connection, connectionKinds, type Resource } from './catalogue.ts';
import type { Connected } from './connections.ts';
import type { AccessPlan, EnvPlan, MountPlan, ResourcePlan, VolumePlan } from './pod-plan.ts';
import type { PodDraft } from './pods.ts';
import { shortHash } from './slug.ts';

/** What a list of connections puts into a container and its pod: names and places, never a value (decisions.md 59). */
export interface Delivery {
  readonly access: AccessPlan;
  readonly volumes: readonly VolumePlan[];
}

export interface WithSecrets extends Omit<Connected, 'stage' | 'pods'> {
  readonly stage: 'secrets';
  readonly pods: readonly (PodDraft & { readonly main: Delivery })[];
}

/** Secrets: says how the secrets and config maps of each main container's connections reach it (agent-and-kubernetes.md 1.2). */
export function addSecrets(connected: Connected): WithSecrets {
  const pods = connected.pods.map((pod) => ({ ...pod, main: deliver(pod.connections) }));
  return { ...connected, stage: 'secrets', pods };
}

/** Most containers of helpers get one connection, and the same in every run. */
const deliveries = new WeakMap<Connection, Delivery>();

/** The delivery of a list of connections. Two that name one secret deliver it once. */
export function deliver(connections: readonly Connection[]): Delivery {
  const [single] = connections;
  if (single === undefined || connections.length > 1) return delivery(connections);
  const known = deliveries.get(single);
  if (known !== undefined) return known;
  const made = delivery(connections);
  deliveries.set(single, made);
  return made;
}

/** The same for containers of our helper, whose delivery of a mount differs. */
const deliveriesToHelper = new WeakMap<Connection, Delivery>();

/**
 * The delivery of one connection to a helper of ours. A store that is mounted brings its files alone: to read a folder the helper
 * needs neither secret nor config map, and what it does not need it does not see. A bucket, and all else, brings everything.
 * The peer does the same; the catalogue names the secret in both cases (agent-and-kubernetes.md 1.2).
 */
export function deliverToHelper(connection: Connection): Delivery {
  if (connectionKinds[connection.kind] !== 'mount') return deliver([connection]);
  const known = deliveriesToHelper.get(connection);
  if (known !== undefined) return known;
  const made = delivery([connection], []);
  deliveriesToHelper.set(connection, made);
  return made;
}

/** `holders`: those whose secrets and config maps are handed over. */
function delivery(connections: readonly Connection[], holders = connections): Delivery {
  const env = connections.flatMap(({ env: given }) =>
    given.map(({ name, value }): EnvPlan => ({ kind: 'value', name, value })),
  );
  const secrets = once(holders.map(({ secret }) => secret));
  const configs = once(holders.map(({ configMap }) => configMap));
  const mounts: MountPlan[] = [];
  const volumes: VolumePlan[] = [];
  for (const resource of secrets) mountResource('secret', resource, mounts, volumes);
  for (const resource of configs) mountResource('config', resource, mounts, volumes);
  for (const connection of connections) mountStore(connection, mounts, volumes);
  const references = [...referencesTo('secret', secrets), ...referencesTo('config', configs)];
  return { access: { catalogue: catalogueText(connections), env, references, mounts }, volumes };
}

/** Which connection brings which secret or config map; the first that names one counts. */
export function resourcesOf(connections: readonly Connection[]): readonly ResourcePlan[] {
  const all = connections.flatMap(({ name: connection, secret, configMap }): readonly ResourcePlan[] => [
    ...(secret === null ? [] : [{ kind: 'secret' as const, name: secret.name, connection }]),
    ...(configMap === null ? [] : [{ kind: 'config' as const, name: configMap.name, connection }]),
  ]);
  return all.filter(
    (each, index) => all.findIndex((other) => other.kind === each.kind && other.name === each.name) === index,
  );
}

/** Names by role and hash, so that a secret and a config map of one name do not meet (agent-and-kubernetes.md 2.6). */
export function volumeName(role: string, name: string): string {
  return `${role.replaceAll('_', '-')}-${shortHash(`${role}\0${name}`)}`;
}

function mountResource(
  kind: 'secret' | 'config',
  resource: Resource,
  mounts: MountPlan[],
  volumes: VolumePlan[],
): void {
  if (resource.mountPath === null) return;
  const { items, defaultMode: mode } = resource;
  // One secret may be mounted with other items or another mode by another connection.
  const name = volumeName(kind, items === null && mode === null ? resource.name : JSON.stringify(resource));
  volumes.push(
    kind === 'secret'
      ? { kind, name, secret: resource.name, items, mode }
      : { kind, name, configMap: resource.name, items, mode },
  );
  mounts.push({ volume: name, path: resource.mountPath, subPath: null, readOnly: true, more: null });
}

function mountStore({ schema, kind, name }: Connection, mounts: MountPlan[], volumes: VolumePlan[]): void {
  const path = schema.get('mountPath');
  if (typeof path !== 'string' || (kind !== 'volume_claim' && kind !== 'host_path')) return;
  const readOnly = schema.get('readOnly') === true;
  const volume = volumeName(kind, name);
  const source = String(schema.get(kind === 'volume_claim' ? 'volumeClaim' : 'hostPath'));
  if (kind === 'volume_claim') volumes.push({ kind: 'claim', name: volume, claim: source, readOnly });
  else volumes.push({ kind: 'host-path', name: volume, path: source, readOnly });
  mounts.push({ volume, path, subPath: null, readOnly, more: null });
}

/** No mount: the whole as environment, or one variable for each item. With a mount: mounted only. */
function referencesTo(kind: 'secret' | 'config', resources: readonly Resource[]): readonly EnvPlan[] {
  return resources
    .filter(({ mountPath }) => mountPath === null)
    .flatMap(({ name, items }): readonly EnvPlan[] => {
      if (kind === 'secret')
        return items === null
          ? [{ kind: 'all-of-secret', secret: name, keys: null }]
          : items.map((key) => ({ kind: 'secret', name: key, secret: name, key }));
      return items === null
        ? [{ kind: 'all-of-config', configMap: name, keys: null }]
        : items.map((key) => ({ kind: 'config', name: key, configMap: name, key }));
    });
}

function once(resources: readonly (Resource | null)[]): readonly Resource[] {
  const seen = new Map<string, Resource>();
  for (const resource of resources)
    if (resource !== null && !seen.has(JSON.stringify(resource))) seen.set(JSON.stringify(resource), resource);
  return [...seen.values()];
}
