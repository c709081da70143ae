import { tokenSecretName } from '../compile/kubernetes/names.ts';
import type { Check } from './check.ts';
import type { Access } from './facts.ts';
import { type JsonMap, listAt, mapAt, textAt } from './shape.ts';

/** What a volume shows of the cluster or the node: everything that it names. */
export interface Volume {
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
  readonly claim: { readonly name: string; readonly isReadOnly: boolean } | null;
  readonly hostPath: string | null;
}

/** Sockets through which containers are made: with one of them a pod has the node. */
const runtimeSockets = new Set(
  ['docker.sock', 'containerd/containerd.sock', 'crio/crio.sock', 'cri-dockerd.sock', 'podman/podman.sock'].flatMap(
    (socket) => [`/run/${socket}`, `/var/run/${socket}`],
  ),
);

export function readVolume(volume: JsonMap): Volume {
  const sources = listAt(mapAt(volume, 'projected'), 'sources');
  const present = (all: readonly (string | null)[]): readonly string[] => all.filter((each) => each !== null);
  const claim = mapAt(volume, 'persistentVolumeClaim');
  const claimName = textAt(claim, 'claimName');
  return {
    secrets: present([
      textAt(mapAt(volume, 'secret'), 'secretName'),
      ...sources.map((source) => textAt(mapAt(source, 'secret'), 'name')),
    ]),
    configMaps: present([
      textAt(mapAt(volume, 'configMap'), 'name'),
      ...sources.map((source) => textAt(mapAt(source, 'configMap'), 'name')),
    ]),
    claim: claimName === null ? null : { name: claimName, isReadOnly: claim['readOnly'] === true },
    hostPath: textAt(mapAt(volume, 'hostPath'), 'path'),
  };
}

/** Who in a pod asks: one container, or any of them, for a volume that the pod declares. */
type Asker = { readonly container: string } | 'any container';

/** Whether a secret may be used: the policy lists it, a connection brings it, or it is the run's own credential. */
export function maySecret(name: string, asker: Asker, check: Check): boolean {
  return (
    check.rules.lists('secrets', name) ||
    name === tokenSecretName(check.facts.run) ||
    accesses(asker, check).some(({ secrets }) => secrets.has(name))
  );
}

export function mayConfigMap(name: string, asker: Asker, check: Check): boolean {
  return check.rules.lists('configMaps', name) || accesses(asker, check).some(({ configMaps }) => configMaps.has(name));
}

/** `read`: only where every mount is read-only. */
export function mayClaim(name: string, asker: Asker, check: Check): 'no' | 'read' | 'write' {
  if (check.rules.lists('claims', name)) return 'write';
  return best(accesses(asker, check).map(({ claims }) => claims.get(name)));
}

export function mayHostPath(path: string, asker: Asker, check: Check): 'no' | 'read' | 'write' {
  const byPolicy = runtimeSockets.has(path) ? check.rules.allows('dockerSocket') : check.rules.allowsHostPath(path);
  if (byPolicy) return 'write';
  return best(accesses(asker, check).map(({ hostPaths }) => hostPaths.get(path)));
}

export function isRuntimeSocket(path: string): boolean {
  return runtimeSockets.has(path);
}

function accesses(asker: Asker, { facts }: Check): readonly Access[] {
  if (asker === 'any container') return [facts.access, ...facts.helpers.values()];
  const own = facts.helpers.get(asker.container);
  return own === undefined ? [facts.access] : [facts.access, own];
}

function best(found: readonly ('read' | 'write' | undefined)[]): 'no' | 'read' | 'write' {
  if (found.includes('write')) return 'write';
  return found.includes('read') ? 'read' : 'no';
}
