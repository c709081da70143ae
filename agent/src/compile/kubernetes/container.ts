import type { ContainerPlan, EnvPlan, MountPlan } from '../pod-plan.ts';
import { mapAt, mapsAt } from '../reading.ts';
import { dnsLabel, shortHash } from '../slug.ts';
import { toEnvJson } from './env.ts';
import type { Json } from './manifest.ts';
import { compact, mapJson, orNothing, resourcesJson, toJson } from './to-json.ts';

/** What a pod adds to a container of the user. */
export interface Additions {
  readonly env: readonly EnvPlan[];
  readonly mounts: readonly MountPlan[];
  /** Ports of the run, beside those that the container declares. */
  readonly ports: readonly Json[];
  /** Fields of the container that count where it says nothing itself. */
  readonly defaults: Readonly<Record<string, Json>>;
}

export const noAdditions: Additions = { env: [], mounts: [], ports: [], defaults: {} };

/** A container of the user with what the pod adds. */
export function toContainerJson(plan: ContainerPlan, added: Additions): Readonly<Record<string, Json>> {
  const { env, envFrom } = toEnvJson([...plan.env, ...added.env]);
  const resources = mapAt(plan.kubernetes, 'resources');
  return {
    ...added.defaults,
    ...mapJson(plan.kubernetes),
    ...compact({
      name: dnsLabel(plan.name) || `container-${shortHash(plan.name)}`,
      image: plan.image,
      command: orNothing(plan.command),
      args: orNothing(plan.args),
      workingDir: plan.workingDir,
      env: orNothing(env),
      envFrom: orNothing(envFrom),
      ports: orNothing(portsOf(plan, added.ports)),
      volumeMounts: orNothing(mountsOf([...plan.mounts, ...added.mounts])),
      resources: resources === null ? (added.defaults['resources'] ?? null) : resourcesJson(resources),
    }),
  };
}

/** The first mount of a path counts: a user who mounts something at a place of ours means it, and two are refused. */
export function mountsOf(plans: readonly MountPlan[]): readonly Json[] {
  const seen = new Map<string, Json>();
  for (const plan of plans) if (!seen.has(plan.path)) seen.set(plan.path, mountJson(plan));
  return [...seen.values()];
}

function mountJson({ volume, path, subPath, readOnly, more }: MountPlan): Json {
  return {
    ...compact({ name: volume, mountPath: path, subPath, readOnly: readOnly ? true : undefined }),
    ...(more === null ? {} : mapJson(more)),
  };
}

/** Each number once; the container's own entry counts, since it may have a name. */
function portsOf(plan: ContainerPlan, more: readonly Json[]): readonly Json[] {
  const declared = mapsAt(plan.kubernetes, 'ports').map(toJson);
  const plain = plan.ports.map((port): Json => ({ containerPort: port }));
  const seen = new Map<Json | undefined, Json>();
  for (const port of [...declared, ...plain, ...more]) if (!seen.has(numberOf(port))) seen.set(numberOf(port), port);
  return [...seen.values()];
}

function numberOf(port: Json): Json | undefined {
  return port !== null && typeof port === 'object' && 'containerPort' in port ? port['containerPort'] : undefined;
}
