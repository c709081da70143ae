import { closed } from '../template/render.ts';
import { asText, compactJson } from '../values/print.ts';
import type { Sealed, SealedMap } from '../wire/sealed-spec.ts';
import { byUnits } from '../wire/wire-json.ts';
import type { ResolvedIo } from './drafts.ts';

/**
 * A pod in which every mapping that becomes lines or text has them in the author's order, since the wire sorts the keys of
 * mappings (trust.md 3.3): variables of containers, which may mention those above them, and of Dockerfiles. What depends on
 * the agent stays as it is.
 */
export function inOrder(pod: SealedMap): SealedMap {
  const [container, sidecars, init] = [pod.get('container'), pod.get('sidecars'), pod.get('init')];
  const ordered = new Map<string, Sealed>();
  if (container instanceof Map) ordered.set('container', withVariables(container));
  if (Array.isArray(sidecars)) ordered.set('sidecars', sidecars.map(withVariables));
  if (Array.isArray(init)) ordered.set('init', init.map(initInOrder));
  return ordered.size === 1 && ordered.get('container') === container ? pod : new Map([...pod, ...ordered]);
}

function initInOrder(entry: Sealed): Sealed {
  if (!(entry instanceof Map)) return entry;
  const [container, dockerfile] = [entry.get('container'), entry.get('dockerfile')];
  const env = dockerfile instanceof Map ? dockerfile.get('env') : undefined;
  if (container === undefined && env === undefined) return entry;
  const ordered = new Map<string, Sealed>(entry);
  if (container !== undefined) ordered.set('container', withVariables(container));
  if (dockerfile instanceof Map && env !== undefined)
    ordered.set('dockerfile', new Map<string, Sealed>(dockerfile).set('env', pairsOf(env)));
  return ordered;
}

/** A mapping, or a list of mappings and of pairs, as pairs of a name and a value. */
function pairsOf(env: Sealed): Sealed {
  if (env instanceof Map) return [...env].map(([name, value]): Sealed => [name, value]);
  return Array.isArray(env) ? env.flatMap((item: Sealed) => (item instanceof Map ? pairsOf(item) : [item])) : env;
}

/** The container with its variables as a list of `{name, value}`, values whose order would be lost as JSON text. */
function withVariables(container: Sealed): Sealed {
  const env = container instanceof Map ? container.get('env') : undefined;
  if (!(container instanceof Map) || !(env instanceof Map || Array.isArray(env))) return container;
  const items: readonly Sealed[] = Array.isArray(env) ? env : [env];
  if (!items.some(needsOrder)) return container;
  return new Map<string, Sealed>(container).set('env', items.flatMap(variablesOf));
}

function needsOrder(item: Sealed): boolean {
  return item instanceof Map && (!item.has('name') || losesOrder(item.get('value') ?? null));
}

function variablesOf(item: Sealed): readonly Sealed[] {
  if (!(item instanceof Map)) return [item];
  if (item.has('name')) return [new Map<string, Sealed>(item).set('value', asVariable(item.get('value') ?? null))];
  return [...item].map(([name, value]) => variable(name, asVariable(value)));
}

/** A variable of a container as Kubernetes has it. */
function variable(name: string, value: Sealed): Sealed {
  return new Map<string, Sealed>([
    ['name', name],
    ['value', value],
  ]);
}

function asVariable(sealed: Sealed): Sealed {
  const value = losesOrder(sealed) ? closed(sealed) : undefined;
  return value === undefined ? sealed : compactJson(value);
}

/** Whether the wire would put keys into another order. */
function losesOrder(sealed: Sealed): boolean {
  if (Array.isArray(sealed)) return sealed.some(losesOrder);
  if (!(sealed instanceof Map)) return false;
  let last = '';
  for (const [key, value] of sealed) {
    if (byUnits(key, last) < 0 || losesOrder(value)) return true;
    last = key;
  }
  return false;
}

/** Inputs and params that become variables and would lose their order: their text is made here. */
export function orderedVariables(ios: readonly ResolvedIo[], pods: readonly SealedMap[]): readonly ResolvedIo[] {
  const found = ios.filter(({ toEnv, value }) => toEnv !== null && losesOrder(value) && closed(value) !== undefined);
  return found.length > 0 && pods.every(takesVariables) ? found : [];
}

/** Variables that the agent is to find cannot be added to. */
function takesVariables(pod: SealedMap): boolean {
  const container = pod.get('container');
  const env = container instanceof Map ? container.get('env') : undefined;
  return env === undefined || Array.isArray(env);
}

/** The pod whose container has the inputs as variables, behind its own. */
export function withOrdered(pod: SealedMap, ios: readonly ResolvedIo[]): SealedMap {
  const container = pod.get('container');
  if (!(container instanceof Map) || ios.length === 0) return pod;
  const own = container.get('env');
  const added = ios.map(({ toEnv, value }) => variable(toEnv ?? '', asText(closed(value) ?? null)));
  const env = [...(Array.isArray(own) ? own : []), ...added];
  return new Map(pod).set('container', new Map<string, Sealed>(container).set('env', env));
}
