import { asText, isMap, type Value, type ValueMap } from '@tandem/shared/values';
import type { ContainerPlan, EnvPlan, MountPlan } from './pod-plan.ts';
import { emptyMap, flagAt, integerAt, listAt, mapAt, mapsAt, textAt, textsAt } from './reading.ts';

/** What surrounds a user's container: variables before and after its own, and mounts. */
export interface Surroundings {
  readonly name: string;
  readonly env: readonly EnvPlan[];
  readonly references: readonly EnvPlan[];
  readonly mounts: readonly MountPlan[];
}

/** Fields of a container that have their own place in the plan; the rest goes to Kubernetes as it is. */
const ownFields: ReadonlySet<string> = new Set([
  'name',
  'image',
  'command',
  'args',
  'workingDir',
  'env',
  'envFrom',
  'volumeMounts',
]);

/** A container section with what the agent adds. User's variables come first, so that reserved names win (agent-and-kubernetes.md 2.5). */
export function toContainer(section: ValueMap, around: Surroundings): ContainerPlan {
  return {
    name: around.name,
    image: textAt(section, 'image'),
    command: textsAt(section, 'command'),
    args: textsAt(section, 'args'),
    workingDir: textAt(section, 'workingDir'),
    env: [...userEnv(section), ...around.env, ...envFrom(section), ...around.references],
    mounts: [...mapsAt(section, 'volumeMounts').map(toMount), ...around.mounts],
    ports: listAt(section, 'ports')
      .map(portOf)
      .filter((port) => port !== null),
    kubernetes: new Map([...section].filter(([key]) => !ownFields.has(key))),
  };
}

/** `env` as a list of `{name, value}` or of `{name, valueFrom}`, as a list of mappings, or as one mapping. */
function userEnv(section: ValueMap): readonly EnvPlan[] {
  const mapping = mapAt(section, 'env');
  if (mapping !== null) return [...mapping].map(([name, value]) => literal(name, value));
  return mapsAt(section, 'env').flatMap((entry): readonly EnvPlan[] => {
    const name = textAt(entry, 'name');
    if (name === null) return [...entry].map(([key, value]) => literal(key, value));
    const from = mapAt(entry, 'valueFrom');
    return [from === null ? literal(name, entry.get('value') ?? '') : reference(name, from)];
  });
}

const literal = (name: string, value: Value): EnvPlan => ({
  kind: 'value',
  name,
  value: value === null ? '' : envText(value),
});

/** As the type `str` has it: booleans as `true` and `false`, numbers and composites as JSON, so that 0.00005 stays what it is. */
export function envText(value: Value): string {
  return asText(value);
}

/** The plain forms have kinds of their own; what says more goes to Kubernetes as it is. */
function reference(name: string, from: ValueMap): EnvPlan {
  const [form = '', ...others] = from.keys();
  const source = mapAt(from, form);
  if (others.length > 0 || source === null) return { kind: 'from', name, from };
  const has = (...keys: readonly string[]): boolean =>
    source.size === keys.length && keys.every((key) => textAt(source, key) !== null);
  if (form === 'secretKeyRef' && has('name', 'key'))
    return { kind: 'secret', name, secret: textAt(source, 'name') ?? '', key: textAt(source, 'key') ?? '' };
  if (form === 'configMapKeyRef' && has('name', 'key'))
    return { kind: 'config', name, configMap: textAt(source, 'name') ?? '', key: textAt(source, 'key') ?? '' };
  if (form === 'fieldRef' && has('fieldPath'))
    return { kind: 'field', name, fieldPath: textAt(source, 'fieldPath') ?? '' };
  return { kind: 'from', name, from };
}

function envFrom(section: ValueMap): readonly EnvPlan[] {
  return mapsAt(section, 'envFrom').map((entry): EnvPlan => {
    const secret = mapAt(entry, 'secretRef');
    const config = mapAt(entry, 'configMapRef');
    const isPlain = entry.size === 1 && (secret ?? config)?.size === 1;
    const name = textAt(secret ?? config ?? emptyMap, 'name');
    if (!isPlain || name === null) return { kind: 'all-from', from: entry };
    return secret !== null
      ? { kind: 'all-of-secret', secret: name, keys: null }
      : { kind: 'all-of-config', configMap: name, keys: null };
  });
}

const ownMountFields: ReadonlySet<string> = new Set(['name', 'mountPath', 'subPath', 'readOnly']);

function toMount(mount: ValueMap): MountPlan {
  const more = new Map([...mount].filter(([key]) => !ownMountFields.has(key)));
  return {
    volume: textAt(mount, 'name') ?? '',
    path: textAt(mount, 'mountPath') ?? '',
    subPath: textAt(mount, 'subPath'),
    readOnly: flagAt(mount, 'readOnly', false),
    more: more.size === 0 ? null : more,
  };
}

function portOf(port: Value): number | null {
  const map = port !== null && isMap(port) ? port : emptyMap;
  return typeof port === 'bigint' ? Number(port) : integerAt(map, 'containerPort');
}
