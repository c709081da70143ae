import { sha256Hex } from '@tandem/shared/wire';
import type { Connection, Resource } from './catalogue.ts';
import type { Connected } from './connections.ts';
import type { EnvPlan, MountPlan, VolumePlan } from './pod-plan.ts';

/** What a list of connections puts into a container: names and places, never a value (decisions.md 59). */
export interface Delivery {
  /** Of the connections' own `env`, in order. */
  readonly env: readonly EnvPlan[];
  /** References to secrets, then to config maps. */
  readonly references: readonly EnvPlan[];
  readonly mounts: readonly MountPlan[];
  readonly volumes: readonly VolumePlan[];
}

export interface WithSecrets extends Omit<Connected, 'stage'> {
  readonly stage: 'secrets';
  readonly main: Delivery;
}

/** Secrets: says how the secrets and config maps of the main container's connections reach it (agent-and-kubernetes.md 1.2). */
export function addSecrets(connected: Connected): WithSecrets {
  return { ...connected, stage: 'secrets', main: deliver(connected.mainConnections) };
}

/** The delivery of a list of connections. Two that name one secret deliver it once. */
export function deliver(connections: readonly Connection[]): Delivery {
  const env = connections.flatMap(({ env: given }) =>
    given.map(({ name, value }): EnvPlan => ({ kind: 'value', name, value })),
  );
  const secrets = once(connections.map(({ secret }) => secret));
  const configs = once(connections.map(({ configMap }) => configMap));
  const mounts: MountPlan[] = [];
  const volumes: VolumePlan[] = [];
  for (const { kind, resource } of [...tagged('secret', secrets), ...tagged('config', configs)]) {
    if (resource.mountPath === null) continue;
    const name = volumeName(kind, resource.name);
    volumes.push(
      kind === 'secret'
        ? { kind, name, secret: resource.name, items: resource.items }
        : { kind, name, configMap: resource.name, items: resource.items },
    );
    mounts.push({ volume: name, path: resource.mountPath, subPath: null, readOnly: true });
  }
  for (const { schema, kind, name } of connections) {
    const path = schema.get('mountPath');
    if (typeof path !== 'string' || (kind !== 'volume_claim' && kind !== 'host_path')) continue;
    const readOnly = schema.get('readOnly') === true;
    const volume = volumeName(kind, name);
    const source = schema.get(kind === 'volume_claim' ? 'volumeClaim' : 'hostPath');
    if (kind === 'volume_claim') volumes.push({ kind: 'claim', name: volume, claim: String(source), readOnly });
    else volumes.push({ kind: 'host-path', name: volume, path: String(source), readOnly });
    mounts.push({ volume, path, subPath: null, readOnly });
  }
  return { env, references: [...references('secret', secrets), ...references('config', configs)], mounts, volumes };
}

/** Names by role and hash, so that a secret and a config map of one name do not meet (agent-and-kubernetes.md 2.6). */
export function volumeName(role: string, name: string): string {
  return `${role.replaceAll('_', '-')}-${sha256Hex(new TextEncoder().encode(`${role}\0${name}`)).slice(0, 10)}`;
}

/** No mount: the whole as environment, or one variable for each item. With a mount: mounted only. */
function references(kind: 'secret' | 'config', resources: readonly Resource[]): readonly EnvPlan[] {
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

function tagged(
  kind: 'secret' | 'config',
  resources: readonly Resource[],
): readonly { readonly kind: 'secret' | 'config'; readonly resource: Resource }[] {
  return resources.map((resource) => ({ kind, resource }));
}
