import * as z from 'zod';

const quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d+(\.\d+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$/, 'an amount such as 500m, 4 or 16Gi'));

/** An exact name, or one with `*` for any text: `team-*`. */
const pattern = z.string().min(1);
const names = z.array(pattern);
/** A folder of the node without `.` and `..`; it stands for itself and all below it. */
const folder = z.string().regex(/^\/([^/]+(\/[^/]+)*)?$/, 'a path from the root, without a slash at its end');
const amounts = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional(), gpu: quantity.optional() });

/**
 * What an admin may say. A flag or list that is missing in the agent's own policy has the value of `defaults`; in a further
 * document, which can only refuse, it says nothing (trust.md 4). There is no language: what the fields cannot say, the policy
 * cannot do.
 */
const fields = {
  /** Of the agent's namespaces, those that runs may use; missing: all of them. */
  namespaces: names.optional(),
  /** Service accounts beside the one that the agent gives to runs. */
  serviceAccounts: names.optional(),
  /** Secrets, config maps and claims that a user's file may name directly, without a connection. */
  secrets: names.optional(),
  configMaps: names.optional(),
  claims: names.optional(),
  /** True: any path of the node; a list: these folders and what is below them. */
  hostPath: z.union([z.boolean(), z.array(folder)]).optional(),
  /** Sockets of container runtimes, which give whoever has them the node. */
  dockerSocket: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  hostPorts: z.boolean().optional(),
  hostAliases: z.boolean().optional(),
  shareProcessNamespace: z.boolean().optional(),
  privileged: z.boolean().optional(),
  /** False: every container must say `allowPrivilegeEscalation: false`. */
  allowPrivilegeEscalation: z.boolean().optional(),
  /** False: every container must run as another user than root. */
  runAsRoot: z.boolean().optional(),
  /** Capabilities that may be added, such as NET_ADMIN. */
  capabilities: names.optional(),
  /** True: a pod or container must say the seccomp profile RuntimeDefault. Unconfined is never allowed. */
  requireSeccomp: z.boolean().optional(),
  sysctls: names.optional(),
  /** `host[:port][/path]`; a pattern without `*` stands for itself and everything below it. None, or missing: all. */
  registries: names.optional(),
  /** True: images only by digest. */
  requireDigest: z.boolean().optional(),
  priorityClasses: names.optional(),
  /** Schedulers beside the cluster's own. */
  schedulerNames: names.optional(),
  runtimeClasses: names.optional(),
  nodeName: z.boolean().optional(),
  /** Tolerations that let pods onto the nodes of the cluster's own control plane. */
  controlPlaneNodes: z.boolean().optional(),
  /** Extended resources that containers may ask for: each is a device of the node. */
  devices: names.optional(),
  /** Most that one container may use. What has a ceiling must have a limit in the file. */
  maxResources: amounts.optional(),
  /** Most that all pods of one run may use together. */
  maxRunResources: amounts.optional(),
  /** Most pods of one run at a time. */
  maxReplicas: z.int().min(1).optional(),
  /** Services that can be reached from outside of the cluster. */
  externalServices: z.boolean().optional(),
  /** True: pods may have the token of their service account. */
  automountServiceAccountToken: z.boolean().optional(),
  /** Names with a prefix (`prefix/name`) that users may set, with `=value` where only one value is fine. */
  labels: names.optional(),
  annotations: names.optional(),
} as const;

/** A document that can only add refusals. */
export const restrictionShape = z.strictObject(fields);
export type Restriction = Readonly<z.output<typeof restrictionShape>>;

/** The agent's own policy, complete. */
export type PolicyDocument = Restriction & Required<Omit<Restriction, 'namespaces' | 'maxReplicas'>>;

/** What holds where an admin says nothing: deny (agent-and-kubernetes.md 0, trust.md 4). */
const defaults: PolicyDocument = {
  serviceAccounts: [],
  secrets: [],
  configMaps: [],
  claims: [],
  hostPath: false,
  dockerSocket: false,
  hostNetwork: false,
  hostPID: false,
  hostIPC: false,
  hostPorts: false,
  hostAliases: false,
  shareProcessNamespace: false,
  privileged: false,
  // Most images run as root and were never tried without these; an admin who knows their images turns them off.
  allowPrivilegeEscalation: true,
  runAsRoot: true,
  capabilities: [],
  requireSeccomp: false,
  sysctls: [],
  registries: [],
  requireDigest: false,
  priorityClasses: [],
  schedulerNames: [],
  runtimeClasses: [],
  nodeName: false,
  controlPlaneNodes: false,
  devices: [
    'nvidia.com/*',
    'amd.com/gpu*',
    'gpu.intel.com/*',
    'google.com/tpu',
    'cloud-tpus.google.com/*',
    'aws.amazon.com/neuron*',
    'habana.ai/gaudi',
  ],
  maxResources: {},
  maxRunResources: {},
  externalServices: false,
  automountServiceAccountToken: false,
  labels: ['kueue.x-k8s.io/*', 'sidecar.istio.io/inject=false'],
  // Annotations with a prefix are orders to other programs of the cluster (networks, devices, cloud roles): only harmless ones.
  annotations: [
    'prometheus.io/*',
    'sidecar.istio.io/inject=false',
    'linkerd.io/inject=disabled',
    'cluster-autoscaler.kubernetes.io/safe-to-evict',
    'karpenter.sh/do-not-disrupt',
    'kubectl.kubernetes.io/default-container',
  ],
};

/** Fills in what was not said. */
export function withDefaults(given: Restriction): PolicyDocument {
  return { ...defaults, ...given };
}

/** Names of fields that are flags: true allows. */
export type AllowingFlag =
  | 'dockerSocket'
  | 'hostNetwork'
  | 'hostPID'
  | 'hostIPC'
  | 'hostPorts'
  | 'hostAliases'
  | 'shareProcessNamespace'
  | 'privileged'
  | 'allowPrivilegeEscalation'
  | 'runAsRoot'
  | 'nodeName'
  | 'controlPlaneNodes'
  | 'externalServices'
  | 'automountServiceAccountToken';

/** Names of fields that are flags: true demands. */
export type DemandingFlag = 'requireSeccomp' | 'requireDigest';

/** Names of fields that list what is allowed. */
export type AllowingList =
  | 'namespaces'
  | 'serviceAccounts'
  | 'secrets'
  | 'configMaps'
  | 'claims'
  | 'capabilities'
  | 'sysctls'
  | 'priorityClasses'
  | 'schedulerNames'
  | 'runtimeClasses'
  | 'devices'
  | 'labels'
  | 'annotations';
