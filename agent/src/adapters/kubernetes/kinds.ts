import { objectName } from '../../compile/kubernetes/names.ts';
import { type KubeObject, runOf } from './read-objects.ts';

/** A kind of object that runs are made of. */
export interface ObjectKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Name in paths. */
  readonly plural: string;
}

export const podKind: ObjectKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };
export const jobKind: ObjectKind = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs' };
export const deploymentKind: ObjectKind = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' };
const serviceKind: ObjectKind = { apiVersion: 'v1', kind: 'Service', plural: 'services' };
export const secretKind: ObjectKind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };

/** Kinds of operators: followed only where discovery finds them (agent-and-kubernetes.md 3.2). */
export const operatorKinds: readonly ObjectKind[] = [
  { apiVersion: 'kubeflow.org/v1', kind: 'TFJob', plural: 'tfjobs' },
  { apiVersion: 'kubeflow.org/v1', kind: 'PyTorchJob', plural: 'pytorchjobs' },
  { apiVersion: 'kubeflow.org/v1', kind: 'MPIJob', plural: 'mpijobs' },
  { apiVersion: 'kubeflow.org/v2beta1', kind: 'MPIJob', plural: 'mpijobs' },
  { apiVersion: 'ray.io/v1', kind: 'RayCluster', plural: 'rayclusters' },
  { apiVersion: 'ray.io/v1', kind: 'RayJob', plural: 'rayjobs' },
  { apiVersion: 'kubernetes.dask.org/v1', kind: 'DaskCluster', plural: 'daskclusters' },
];

const known: readonly ObjectKind[] = [podKind, jobKind, deploymentKind, serviceKind, secretKind, ...operatorKinds];

/** Path of the objects of a kind in a namespace. Throws for a kind that we never make. */
export function collectionPath(of: { readonly apiVersion: string; readonly kind: string }, namespace: string): string {
  const kind = known.find((each) => each.apiVersion === of.apiVersion && each.kind === of.kind);
  if (kind === undefined) throw new Error(`There is no path for ${of.apiVersion} ${of.kind}.`);
  const group = of.apiVersion.includes('/') ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
  return `${group}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`;
}

/** Whether an object is the one that was made first for its attempt: it has the attempt's own name, or says so by its owner. */
export function isLead(object: KubeObject): boolean {
  const run = runOf(object);
  if (run === null || object.kind === 'Service' || object.kind === 'Pod') return false;
  const { name } = object.metadata;
  const own = objectName(run);
  return name === own || (name.startsWith(`${own}-`) && !hasOwner(object));
}

function hasOwner(object: KubeObject): boolean {
  const owners: unknown = 'ownerReferences' in object.metadata ? object.metadata.ownerReferences : undefined;
  return Array.isArray(owners) && owners.length > 0;
}
