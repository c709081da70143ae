import { quantityNumber } from '../values/quantity.ts';
import { isMap, type Value, type ValueMap } from '../values/value.ts';

/** What a run asks of the cluster, over all its containers: cores, bytes, devices; and what it is said to cost. */
export interface RunResources {
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
  readonly cost: number;
}

/** The requests of the main containers, times their replicas; a limit counts where there is no request. */
export function resourcesOf(body: ValueMap, replicas: readonly string[], cost: Value): RunResources {
  const pods =
    replicas.length === 0 ? [{ pod: body, count: countOf(body.get('replicas') ?? null) }] : podsOf(body, replicas);
  const sum = (names: (name: string) => boolean): number =>
    pods.reduce((total, { pod, count }) => total + count * amountOf(pod, names), 0);
  return {
    cpu: sum((name) => name === 'cpu'),
    memory: sum((name) => name === 'memory'),
    gpu: sum((name) => name === 'gpu' || name.endsWith('/gpu')),
    cost: typeof cost === 'number' || typeof cost === 'bigint' ? Number(cost) : 0,
  };
}

function podsOf(body: ValueMap, replicas: readonly string[]): readonly { pod: ValueMap; count: number }[] {
  return replicas.flatMap((name) => {
    const value = body.get(name) ?? null;
    if (value === null || !isMap(value)) return [];
    const pods = value.has('container') || value.has('replicas') ? [value] : [...value.values()];
    return pods.flatMap((pod) =>
      pod !== null && isMap(pod) ? [{ pod, count: countOf(pod.get('replicas') ?? null) }] : [],
    );
  });
}

function countOf(replicas: Value): number {
  return typeof replicas === 'bigint' && replicas >= 0n ? Number(replicas) : 1;
}

function amountOf(pod: ValueMap, isName: (name: string) => boolean): number {
  const resources = mapAt(mapAt(pod, 'container'), 'resources');
  const requests = mapAt(resources, 'requests');
  const limits = mapAt(resources, 'limits');
  const names = new Set([...requests.keys(), ...limits.keys()].filter(isName));
  return [...names].reduce((sum, name) => sum + quantityNumber(requests.get(name) ?? limits.get(name) ?? null), 0);
}

function mapAt(map: ValueMap, key: string): ValueMap {
  const value = map.get(key) ?? null;
  return value !== null && isMap(value) ? value : new Map<string, Value>();
}
