import type { Value, ValueMap } from '@tandem/shared/values';
import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { mapAt, textAt, textsAt } from '../reading.ts';
import { collectorContainer, hasCollector, lastCopySeconds } from './collector.ts';
import type { Additions } from './container.ts';
import { asUserOfPod } from './helper.ts';
import { initContainers } from './init.ts';
import { mainContainers } from './main.ts';
import type { Json } from './manifest.ts';
import { metadataOf } from './metadata.ts';
import type { ObjectSettings } from './object-settings.ts';
import { podVolumes } from './pod-volumes.ts';
import { compact, orNothing, textJson, toJson } from './to-json.ts';

/** What a kind adds to the pods of a replica. */
export interface PodExtra extends Partial<Additions> {
  /** Policy of the pod; null: the kind's own object says it. */
  readonly restartPolicy: string | null;
  /** Further fields of the pod, such as its host name. */
  readonly fields?: Readonly<Record<string, Json>>;
}

/** The pod template of a replica (agent-and-kubernetes.md 2). */
export function podTemplate(
  plan: PodPlan,
  replica: ReplicaPlan,
  settings: ObjectSettings,
  extra: PodExtra,
): { readonly metadata: Json; readonly spec: Json } {
  const containers = mainContainers(plan, replica, settings, extra);
  const collects = hasCollector(plan);
  const init = [
    ...initContainers(plan, replica, settings),
    ...(collects ? [collectorContainer(plan, replica, settings)] : []),
  ];
  const { labels, annotations } = metadataOf(plan, settings, replica);
  const scheduling = schedulingOf(replica.environment, settings);
  const ofUser = init.map((each) => asUserOfPod(each, scheduling['securityContext'] ?? null));
  return {
    metadata: { labels, annotations },
    spec: {
      ...scheduling,
      ...compact({
        restartPolicy: extra.restartPolicy,
        initContainers: orNothing(ofUser),
        volumes: orNothing(podVolumes(plan, replica, settings, [...init, ...containers])),
      }),
      containers,
      // Runs get what they may do by their credential; the account's token would let them talk to the API server.
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: plan.termination.graceSeconds + (collects ? lastCopySeconds : 0),
      ...extra.fields,
    },
  };
}

/** Fields of `environment` that a pod has under the same name, with what the agent says where the run does not (agent-and-kubernetes.md 2.7). */
function schedulingOf(
  environment: ValueMap,
  { defaults, serviceAccount }: ObjectSettings,
): Readonly<Record<string, Json>> {
  const own = (key: string): Json => toJson(environment.get(key) ?? null);
  const selector = mapAt(environment, 'nodeSelector');
  const pullSecrets = textsAt(environment, 'imagePullSecrets');
  const secrets = environment.has('imagePullSecrets') ? pullSecrets : (defaults.imagePullSecrets ?? []);
  return compact({
    nodeSelector: selector === null ? defaults.nodeSelector : textJson(selector),
    affinity: own('affinity') ?? defaults.affinity,
    tolerations: own('tolerations') ?? defaults.tolerations,
    nodeName: own('nodeName'),
    serviceAccountName: textAt(environment, 'serviceAccountName') ?? serviceAccount,
    hostAliases: own('hostAliases'),
    securityContext: own('securityContext') ?? defaults.securityContext,
    imagePullSecrets: orNothing(secrets.map((name) => ({ name }))),
    hostNetwork: flag(environment.get('hostNetwork') ?? null),
    hostPID: flag(environment.get('hostPID') ?? null),
    dnsPolicy: own('dnsPolicy'),
    dnsConfig: own('dnsConfig'),
    schedulerName: own('schedulerName'),
    priorityClassName: textAt(environment, 'priorityClassName') ?? defaults.priorityClassName,
    priority: own('priority'),
  });
}

function flag(value: Value): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** The restart policy that the user wrote for a pod; null: none. */
export function ownRestartPolicy({ environment }: ReplicaPlan): string | null {
  return textAt(environment, 'restartPolicy');
}
