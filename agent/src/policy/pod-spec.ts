import type { Json } from '../compile/kubernetes/manifest.ts';
import { type Check, deny } from './check.ts';
import { containerOf } from './container.ts';
import { podMetadata } from './metadata.ts';
import { tallyPod } from './resources.ts';
import { affinity, dnsConfig, priorityClassName, tolerations, topologySpread } from './scheduling.ts';
import { podSecurity } from './security-context.ts';
import {
  flag,
  flagThat,
  integer,
  isMap,
  listAt,
  listOf,
  mapAt,
  mapOf,
  never,
  object,
  oneOf,
  type Shape,
  text,
  textAt,
  textThat,
  within,
} from './shape.ts';
import { volumes, volumesByName } from './volumes.ts';

type HostFlag = 'hostNetwork' | 'hostPID' | 'hostIPC' | 'shareProcessNamespace';

function onlyWith(rule: HostFlag, sentence: string): Shape {
  return flagThat((isOn, check) => {
    if (isOn && !check.rules.allows(rule)) deny(check, rule, sentence);
  });
}

function listed(rule: 'schedulerNames' | 'runtimeClasses', what: string, always: string): Shape {
  return textThat((name, check) => {
    if (name !== always && !check.rules.lists(rule, name)) deny(check, rule, `The ${what} "${name}" may not be used.`);
  });
}

const pullSecret: Shape = object({
  name: textThat((name, check) => {
    const { facts, rules } = check;
    if (!facts.imagePullSecrets.has(name) && !facts.access.secrets.has(name) && !rules.lists('secrets', name))
      deny(check, 'secrets', `The secret "${name}" is not of a connection of this run.`);
  }),
});

const fields = object({
  activeDeadlineSeconds: integer,
  affinity,
  automountServiceAccountToken: flag,
  // Containers are looked at with the pod around them, below.
  containers: () => undefined,
  initContainers: () => undefined,
  ephemeralContainers: never('fields', 'Containers may not be added to a running pod.'),
  dnsConfig,
  dnsPolicy: oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
  enableServiceLinks: flag,
  hostAliases: (value, check) => {
    if (!check.rules.allows('hostAliases')) deny(check, 'hostAliases', 'Pods may not change the names of hosts.');
    hostAliases(value, check);
  },
  hostIPC: onlyWith('hostIPC', 'Pods may not share the memory of the node.'),
  hostNetwork: onlyWith('hostNetwork', 'Pods may not use the network of the node.'),
  hostPID: onlyWith('hostPID', 'Pods may not see the processes of the node.'),
  hostUsers: flag,
  hostname: text,
  imagePullSecrets: listOf(pullSecret),
  nodeName: textThat((_, check) => {
    if (!check.rules.allows('nodeName')) deny(check, 'nodeName', 'Pods may not go past the scheduler to a node.');
  }),
  nodeSelector: mapOf(text),
  os: object({ name: oneOf('linux') }),
  preemptionPolicy: oneOf('Never', 'PreemptLowerPriority'),
  priority: integer,
  priorityClassName,
  restartPolicy: oneOf('Always', 'OnFailure', 'Never'),
  runtimeClassName: listed('runtimeClasses', 'runtime class', ''),
  schedulerName: listed('schedulerNames', 'scheduler', 'default-scheduler'),
  schedulingGates: listOf(object({ name: text })),
  securityContext: podSecurity,
  serviceAccountName: text,
  setHostnameAsFQDN: flag,
  shareProcessNamespace: onlyWith(
    'shareProcessNamespace',
    'Containers of a pod may not see the processes of each other.',
  ),
  subdomain: text,
  terminationGracePeriodSeconds: integer,
  tolerations,
  topologySpreadConstraints: topologySpread,
  volumes,
});

const hostAliases: Shape = listOf(object({ ip: text, hostnames: listOf(text) }));

/** The body of a pod, the same for every kind. `check.copies` is how often it is made. */
export const podSpec: Shape = (value, check) => {
  check.volumes = volumesByName(listAt(value, 'volumes'));
  fields(value, check);
  if (!isMap(value)) return;
  const container = containerOf(mapAt(value, 'securityContext'));
  for (const field of ['initContainers', 'containers'] as const)
    if (value[field] != null) within(check, field, value[field], listOf(container));
  tallyPod(listAt(value, 'containers'), listAt(value, 'initContainers'), check);
  uniqueNames(value, check);
  account(value, check);
  token(value, check);
  if (value['priority'] != null && value['priority'] !== 0 && value['priorityClassName'] == null)
    deny(check, 'priorityClasses', 'A priority comes from a class of the cluster.', 'priority');
};

/** A template of pods. */
export const podTemplate: Shape = object({ metadata: podMetadata, spec: podSpec });

/** What a container or a mount may have hangs on names, so that no two may share one. */
function uniqueNames(pod: Json, check: Check): void {
  const containers = new Set<string>();
  for (const field of ['initContainers', 'containers']) onlyOnce(pod, field, containers, check);
  onlyOnce(pod, 'volumes', new Set(), check);
}

function onlyOnce(pod: Json, field: string, seen: Set<string>, check: Check): void {
  for (const [index, each] of listAt(pod, field).entries()) {
    const name = textAt(each, 'name') ?? '';
    if (seen.has(name)) deny(check, 'fields', `The name "${name}" is there twice.`, field, index, 'name');
    seen.add(name);
  }
}

/** The agent's account for runs, or one that the policy lists. Without one, a pod has the namespace's own. */
function account(pod: Json, check: Check): void {
  const { facts, rules } = check;
  const name = textAt(pod, 'serviceAccountName') ?? 'default';
  if (name !== (facts.serviceAccount ?? 'default') && !rules.lists('serviceAccounts', name))
    deny(check, 'serviceAccounts', `Pods may not have the service account "${name}".`, 'serviceAccountName');
}

function token(pod: Json, check: Check): void {
  // It must be said: where nothing is said, Kubernetes mounts the token.
  if (isMap(pod) && pod['automountServiceAccountToken'] === false) return;
  if (!check.rules.allows('automountServiceAccountToken'))
    deny(
      check,
      'automountServiceAccountToken',
      'A pod must say "automountServiceAccountToken: false".',
      'automountServiceAccountToken',
    );
}
