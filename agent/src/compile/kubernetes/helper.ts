import { catalogueEnv } from '../base-env.ts';
import type { HelperTask } from '../helper-task.ts';
import type { ContainerPlan, EnvPlan, MountPlan, PodPlan } from '../pod-plan.ts';
import { mountsOf, noAdditions, toContainerJson } from './container.ts';
import { toEnvJson } from './env.ts';
import type { Json } from './manifest.ts';
import type { HelperSettings } from './object-settings.ts';
import { compact, orNothing, resourcesText } from './to-json.ts';

/** What one container with our helper program is made of. */
export interface HelperContainer {
  readonly name: string;
  readonly command: 'init' | 'collect';
  readonly task: HelperTask;
  readonly env: readonly EnvPlan[];
  readonly mounts: readonly MountPlan[];
  readonly settings: HelperSettings;
  /** The user's wishes for a built-in step; a command of his takes the place of the helper's. */
  readonly override: ContainerPlan | null;
}

/** Nothing that our program does needs more than this; images of the user are not ours to restrict. */
const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/**
 * Helpers share files with the run, so they are the user that its pods say; where they say none, images mostly run as root,
 * and so do helpers: without any capability they can touch what is root's and nothing else. The image's own user could not
 * read what such a run leaves for its owner alone, nor write into a folder of the node.
 */
export function asUserOfPod(container: Json, podSecurity: Json): Json {
  const isOurs = isObject(container) && container['securityContext'] === hardened;
  const says = isObject(podSecurity) && (podSecurity['runAsUser'] != null || podSecurity['runAsNonRoot'] === true);
  return isOurs && !says ? { ...container, securityContext: { ...hardened, runAsUser: 0, runAsGroup: 0 } } : container;
}

const isObject = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A container that runs `tandem-helper`, told by the variable `TANDEM_TASK` what to do. */
export function helperContainer(helper: HelperContainer): Readonly<Record<string, Json>> {
  const { name, command, task, settings, override, mounts } = helper;
  const isReplaced = override !== null && (override.command.length > 0 || override.args.length > 0);
  const told: EnvPlan = { kind: 'value', name: 'TANDEM_TASK', value: JSON.stringify(task) };
  const ours = isReplaced ? helper.env : [...helper.env, told];
  const base = compact({
    name,
    image: settings.image,
    imagePullPolicy: settings.pullPolicy,
    resources: resourcesText(settings.resources),
  });
  if (override !== null) {
    const user = toContainerJson({ ...override, name }, { ...noAdditions, env: ours, mounts });
    return isReplaced
      ? { ...base, ...user }
      : { ...base, command: ['tandem-helper', command], securityContext: hardened, ...user };
  }
  const { env, envFrom } = toEnvJson(ours);
  return {
    ...base,
    command: ['tandem-helper', command],
    ...compact({ env: orNothing(env), envFrom: orNothing(envFrom), volumeMounts: orNothing(mountsOf(mounts)) }),
    securityContext: hardened,
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Which run it is, for helpers and for the user's containers that prepare a connection. */
export function instanceEnv(plan: PodPlan, compat: boolean): readonly EnvPlan[] {
  const value = `${plan.owner}.${plan.project}.runs.${plan.run.uuid}`;
  const names = compat ? ['TANDEM_RUN_INSTANCE', 'POLYAXON_RUN_INSTANCE'] : ['TANDEM_RUN_INSTANCE'];
  return [...names.map((name): EnvPlan => ({ kind: 'value', name, value })), ...logLevelEnv(plan)];
}

/** How much the run wants to be said, for every helper; nothing where it does not say. */
export function logLevelEnv({ plugins: { logLevel } }: PodPlan): readonly EnvPlan[] {
  return logLevel === null ? [] : [{ kind: 'value', name: 'TANDEM_LOG_LEVEL', value: logLevel }];
}

/** The catalogue as a helper needs it: in one variable, unless a command of the user reads it with a client of the peer. */
export function helperCatalogue(
  text: string | null,
  override: ContainerPlan | null,
  compat: boolean,
): readonly EnvPlan[] {
  return catalogueEnv(text, compat && override !== null);
}
