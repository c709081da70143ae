import { labelPrefix } from '@tandem/shared/wire';
import type { Json } from '../compile/kubernetes/manifest.ts';
import {
  objectName,
  annotations as ownAnnotations,
  labels as ownLabels,
  serviceName,
} from '../compile/kubernetes/names.ts';
import { labelValue } from '../compile/slug.ts';
import { type Check, deny } from './check.ts';
import { flag, listOf, mapOf, object, type Shape, text, textAt, textThat } from './shape.ts';

const ownPrefix = `${labelPrefix}/`;
const roleForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Labels by which controllers find their pods: with another's value a pod would be counted as theirs. */
const controllersLabels = new Set(['job-name', 'controller-uid', 'pod-template-hash', 'controller-revision-hash']);

/** Annotations of ours that come later, or never to an object that is to run: a run must not be made with its end. */
const neverAtOnce = new Set<string>([
  ownAnnotations.stop,
  ownAnnotations.end,
  ownAnnotations.acknowledged,
  ownAnnotations.tombstone,
]);
const writtenAtOnce = new Set<string>(Object.values(ownAnnotations).filter((name) => !neverAtOnce.has(name)));

/** Descriptions for people, which every object of ours has; no program takes orders from them. */
const descriptive = 'app.kubernetes.io/';

/** Labels of an object or pod: our own with our values only, names without a prefix, and prefixes that the policy lists. */
export const labels: Shape = mapOf(text, (name, value, check) => {
  if (typeof value !== 'string') return;
  if (name.startsWith(ownPrefix)) return ownLabel(name, value, check);
  if (controllersLabels.has(name)) return deny(check, 'labels', `The label "${name}" belongs to a controller.`, name);
  if (name.includes('/') && !name.startsWith(descriptive) && !listsWithValue('labels', name, value, check))
    deny(check, 'labels', `The policy does not allow the label "${name}" with this value.`, name);
});

/** The same for annotations; those of the run's connections are the admin's own. */
export const annotations: Shape = mapOf(text, (name, value, check) => {
  if (typeof value !== 'string' || check.facts.annotations.has(`${name}=${value}`)) return;
  if (name.startsWith(ownPrefix)) {
    if (!writtenAtOnce.has(name))
      deny(check, 'annotations', `Only the agent may write the annotation "${name}".`, name);
  } else if (name.includes('/') && !listsWithValue('annotations', name, value, check))
    deny(check, 'annotations', `The policy does not allow the annotation "${name}" with this value.`, name);
});

/** A selector that finds nothing but pods of this run: it must ask for our label, and may ask for more. */
export const ownSelector: Shape = (value, check) => {
  mapOf(text, (name, each, inner) => {
    if (typeof each === 'string' && name.startsWith(ownPrefix)) ownLabel(name, each, inner);
  })(value, check);
  if (typeof value === 'object' && value !== null && !Object.hasOwn(value, ownLabels.run))
    deny(check, 'labels', 'A selector must name this run, or it would find the pods of others.');
};

/** The operator of Dask labels pods itself; its name of the cluster, which is ours, finds those of this run. */
export const daskSelector: Shape = (value, check) => {
  mapOf(text)(value, check);
  const cluster = textAt(value, 'dask.org/cluster-name');
  if (cluster === null || !isOwnName(cluster, check))
    deny(check, 'labels', 'A selector must name this run, or it would find the pods of others.');
};

/** Metadata of an object that is made. Owners may only be objects of this run; finalizers are on no list. */
export const objectMetadata: Shape = object({
  name: textThat((value, check) => {
    if (!isOwnName(value, check)) deny(check, 'fields', `The name "${value}" is not one of this run.`);
  }),
  namespace: textThat((value, check) => {
    if (!check.facts.namespaces.has(value) || !check.rules.lists('namespaces', value))
      deny(check, 'namespaces', `Runs may not be in the namespace "${value}".`);
  }),
  labels,
  annotations,
  ownerReferences: listOf(
    object({
      apiVersion: text,
      kind: text,
      name: textThat((value, check) => {
        if (!isOwnName(value, check)) deny(check, 'fields', `"${value}" is not an object of this run.`);
      }),
      uid: text,
      controller: flag,
      blockOwnerDeletion: flag,
    }),
  ),
});

/** Metadata of a pod in a template: it has no name of its own. */
export const podMetadata: Shape = object({ labels, annotations });

/** Whether a name is one that we give to objects of this attempt, or to the Service of the run. */
export function isOwnName(name: string, { facts }: Check): boolean {
  const own = objectName(facts.run);
  return name === own || name.startsWith(`${own}-`) || name === serviceName(facts.run.uuid);
}

function ownLabel(name: string, value: string, check: Check): void {
  const { run, agentId } = check.facts;
  const isOurs =
    (name === ownLabels.run && value === run.uuid) ||
    (name === ownLabels.agent && value === labelValue(agentId)) ||
    (name === ownLabels.attempt && value === String(run.attempt)) ||
    (name === ownLabels.role && roleForm.test(value));
  if (!isOurs) deny(check, 'labels', `The label "${name}" with this value does not belong to this run.`, name);
}

/** The policy may list a name for every value, or for one: `name=value`. */
function listsWithValue(list: 'labels' | 'annotations', name: string, value: Json, { rules }: Check): boolean {
  return rules.lists(list, name) || rules.lists(list, `${name}=${String(value)}`);
}
