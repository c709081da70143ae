import { isMap, plainText, type Value, type ValueMap } from '@tandem/shared/values';
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
  'ports',
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
    return from === null ? [literal(name, entry.get('value') ?? '')] : reference(name, from);
  });
}

const literal = (name: string, value: Value): EnvPlan => ({
  kind: 'value',
  name,
  value: value === null ? '' : envText(value),
});

/** Booleans as `true` and `false`, composites as compact JSON. */
export function envText(value: Value): string {
  return typeof value === 'boolean' ? String(value) : plainText(value);
}

function reference(name: string, from: ValueMap): readonly EnvPlan[] {
  const secret = mapAt(from, 'secretKeyRef');
  if (secret !== null)
    return [{ kind: 'secret', name, secret: textAt(secret, 'name') ?? '', key: textAt(secret, 'key') ?? '' }];
  const config = mapAt(from, 'configMapKeyRef');
  if (config !== null)
    return [{ kind: 'config', name, configMap: textAt(config, 'name') ?? '', key: textAt(config, 'key') ?? '' }];
  const field = mapAt(from, 'fieldRef');
  return field === null ? [] : [{ kind: 'field', name, fieldPath: textAt(field, 'fieldPath') ?? '' }];
}

function envFrom(section: ValueMap): readonly EnvPlan[] {
  return mapsAt(section, 'envFrom').flatMap((entry): readonly EnvPlan[] => {
    const secret = mapAt(entry, 'secretRef');
    if (secret !== null) return [{ kind: 'all-of-secret', secret: textAt(secret, 'name') ?? '', keys: null }];
    const config = mapAt(entry, 'configMapRef');
    return config === null ? [] : [{ kind: 'all-of-config', configMap: textAt(config, 'name') ?? '', keys: null }];
  });
}

function toMount(mount: ValueMap): MountPlan {
  return {
    volume: textAt(mount, 'name') ?? '',
    path: textAt(mount, 'mountPath') ?? '',
    subPath: textAt(mount, 'subPath'),
    readOnly: flagAt(mount, 'readOnly', false),
  };
}

function portOf(port: Value): number | null {
  const map = port !== null && isMap(port) ? port : emptyMap;
  return typeof port === 'bigint' ? Number(port) : integerAt(map, 'containerPort');
}
