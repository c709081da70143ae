import { readQuantity } from '@tandem/shared/values';
import type { Json } from '../compile/kubernetes/manifest.ts';
import { type Check, deny } from './check.ts';
import type { Ceiling } from './rules.ts';
import { type JsonMap, mapAt, mapOf, object, quantity, type Shape } from './shape.ts';
import type { Amounts } from './tally.ts';

const plainNames = new Set(['cpu', 'memory', 'ephemeral-storage']);
const measured: readonly (keyof Ceiling)[] = ['cpu', 'memory', 'gpu'];

const amounts: Shape = mapOf(quantity, (name, _, check) => {
  if (!plainNames.has(name) && !name.startsWith('hugepages-') && !check.rules.lists('devices', name))
    deny(check, 'devices', `Containers may not ask for "${name}".`, name);
});

/** What a container asks for. Claims of devices, which name objects of the cluster, are on no list. */
export const resources: Shape = object({ limits: amounts, requests: amounts });

/**
 * What a container may use at most: the limit, else infinitely much where the node's memory and processors are shared. A helper
 * of ours without limits counts as what it asks for, since an admin has set it up.
 */
export function holdToCeiling(container: JsonMap, check: Check): void {
  const limits = mapAt(mapAt(container, 'resources'), 'limits');
  const { maxOfContainer, maxOfRun } = check.rules;
  const isHelper = check.facts.helpers.has(check.container);
  const used = amountsOf(container);
  for (const name of measured) {
    const hasCeiling = Number.isFinite(maxOfContainer[name]) || Number.isFinite(maxOfRun[name]);
    const isMissing = name !== 'gpu' && limits[name] === undefined && !isHelper;
    if (hasCeiling && isMissing)
      deny(check, 'maxResources', `A container must have a limit of ${name} here.`, 'resources', 'limits');
    else if (used[name] > maxOfContainer[name])
      deny(check, 'maxResources', `This container may use too much ${name}.`, 'resources', 'limits');
  }
}

/** Adds what a pod uses, as often as it is made, to what the run uses. */
export function tallyPod(containers: readonly Json[], steps: readonly Json[], check: Check): void {
  const { tally, copies } = check;
  tally.pods += copies;
  for (const name of measured) {
    // Steps run one after another, before the containers; native sidecars run beside both (restartPolicy Always).
    const lasting = steps.filter((step) => mapOrNone(step)['restartPolicy'] === 'Always');
    const beside = sum([...containers, ...lasting], name);
    const before = Math.max(0, ...steps.map((step) => amountsOf(mapOrNone(step))[name])) + sum(lasting, name);
    tally[name] += copies * Math.max(beside, before);
  }
}

/** Says once, for the whole run, what all its pods together have too much of. */
export function holdRunToCeiling(check: Check): void {
  const { tally, rules } = check;
  if (tally.pods > rules.maxReplicas)
    deny(check, 'maxReplicas', `The run may have ${tally.pods} pods at a time, which is too many.`);
  for (const name of measured)
    if (tally[name] > rules.maxOfRun[name])
      deny(check, 'maxRunResources', `The pods of the run together may use too much ${name}.`);
}

function amountsOf(container: JsonMap): Amounts {
  const limits = mapAt(mapAt(container, 'resources'), 'limits');
  const requests = mapAt(mapAt(container, 'resources'), 'requests');
  const of = (name: string): number => Math.max(readQuantity(limits[name]) ?? 0, readQuantity(requests[name]) ?? 0);
  const devices = new Set([...Object.keys(limits), ...Object.keys(requests)].filter(isGpu));
  return { cpu: of('cpu'), memory: of('memory'), gpu: [...devices].reduce((all, name) => all + of(name), 0) };
}

/** Names of devices that compute, in whole or in slices; the policy calls all of them gpu. */
function isGpu(name: string): boolean {
  return ['gpu', '/mig-', 'tpu', 'neuron', 'gaudi'].some((part) => name.includes(part));
}

function sum(containers: readonly Json[], name: keyof Amounts): number {
  return containers.reduce((all: number, each) => all + amountsOf(mapOrNone(each))[name], 0);
}

function mapOrNone(value: Json): JsonMap {
  return mapAt({ value }, 'value');
}
