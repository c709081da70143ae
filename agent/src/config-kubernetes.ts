import { resolve } from 'node:path';
import * as z from 'zod';
import type { Graces } from './observe/judgement.ts';

const mapping = z.record(z.string(), z.json());
const switchable = z.union([z.literal('auto'), z.boolean()]).default('auto');

const seconds = z.number().min(0).max(86_400);

/** The section `kubernetes` of the agent's configuration: where and how runs become objects (agent-and-kubernetes.md 5.2). */
export const kubernetesShape = z.strictObject({
  /** A kubeconfig file; without it the service account of the pod. */
  kubeconfig: z.string().min(1).optional(),
  /** Namespace of the agent itself, with its identity and its lease; runs live in others. */
  namespace: z.string().min(1).optional(),
  identitySecret: z.string().min(1).optional(),
  lease: z.string().min(1).optional(),
  /** Service account of runs that name none. */
  serviceAccount: z.string().min(1).optional(),
  requestsPerSecond: z.number().min(1).max(10_000).optional(),
  helper: z
    .strictObject({
      image: z.string().min(1).optional(),
      pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
      resources: z.strictObject({ init: mapping.optional(), collector: mapping.optional() }).optional(),
      sleepSeconds: z.int().min(1).optional(),
      syncSeconds: z.int().min(-1).optional(),
    })
    .optional(),
  /** What runs get where they say nothing themselves. */
  defaults: z
    .strictObject({
      nodeSelector: z.record(z.string(), z.string()).optional(),
      tolerations: z.array(mapping).optional(),
      affinity: mapping.optional(),
      imagePullSecrets: z.array(z.union([z.string(), z.strictObject({ name: z.string() })])).optional(),
      securityContext: mapping.optional(),
      resources: mapping.optional(),
      priorityClassName: z.string().optional(),
    })
    .optional(),
  kinds: z
    .strictObject({
      tfjob: switchable,
      pytorchjob: switchable,
      mpijob: switchable,
      raycluster: switchable,
      daskcluster: switchable,
    })
    .partial()
    .optional(),
  ttl: z
    .strictObject({ succeededSeconds: z.int().min(0).optional(), failedSeconds: z.int().min(0).optional() })
    .optional(),
  /** How long trouble may last before it ends a run, and what else is waited for; seconds (agent-and-kubernetes.md 3.3). */
  graces: z
    .strictObject({
      imagePullSeconds: seconds,
      /** A secret, config map or service account that is not there. */
      configSeconds: seconds,
      /** A volume or claim that cannot be mounted. */
      mountSeconds: seconds,
      unschedulableSeconds: seconds,
      silentNodeSeconds: seconds,
      /** Nothing comes of it: the events of the cluster are looked up, and what they say is told. */
      stuckSeconds: seconds,
      /** Containers that go on beside a main one that has ended. */
      besideSeconds: seconds,
    })
    .partial()
    .optional(),
  /** Pods of a node that does not answer for so long are ended by force, if `forceDeleteOnLostNode` says so. */
  nodeLostSeconds: z.int().min(1).optional(),
  forceDeleteOnLostNode: z.boolean().optional(),
  /** The server of the artifacts store in the runs' namespace (decisions.md 58). */
  files: z
    .strictObject({ enabled: z.boolean().optional(), url: z.url().optional(), tokenFile: z.string().optional() })
    .optional(),
});

type Given = z.output<typeof kubernetesShape>;
type Helper = NonNullable<Given['helper']>;

/** The section with its defaults. */
export interface KubernetesConfig {
  readonly kubeconfig: string | null;
  readonly namespace: string;
  readonly identitySecret: string;
  readonly lease: string;
  readonly serviceAccount: string;
  readonly requestsPerSecond: number;
  readonly helper: {
    readonly image: string;
    readonly pullPolicy: NonNullable<Helper['pullPolicy']>;
    readonly resources: NonNullable<Helper['resources']>;
    readonly sleepSeconds: number;
    readonly syncSeconds: number;
  };
  readonly defaults: NonNullable<Given['defaults']>;
  readonly kinds: NonNullable<Given['kinds']>;
  readonly ttl: { readonly succeededSeconds: number; readonly failedSeconds: number };
  /** Only those that were given; ms. */
  readonly graces: Partial<Graces>;
  readonly lostNodes: { readonly mayForce: boolean; readonly afterSeconds: number };
  readonly files: { readonly url: string; readonly tokenFile: string | null } | null;
}

/** Fills in what was not given. `base` is the folder that relative paths begin at. */
export function withKubernetesDefaults(given: Given, base: string): KubernetesConfig {
  const files = given.files?.enabled === true && given.files.url !== undefined ? given.files : null;
  return {
    kubeconfig: given.kubeconfig === undefined ? null : resolve(base, given.kubeconfig),
    namespace: given.namespace ?? 'tandem',
    identitySecret: given.identitySecret ?? 'tandem-agent-identity',
    lease: given.lease ?? 'tandem-agent',
    serviceAccount: given.serviceAccount ?? 'tandem-runs',
    requestsPerSecond: given.requestsPerSecond ?? 200,
    helper: {
      image: given.helper?.image ?? 'tandem-helper:latest',
      pullPolicy: given.helper?.pullPolicy ?? 'IfNotPresent',
      resources: given.helper?.resources ?? {},
      sleepSeconds: given.helper?.sleepSeconds ?? 10,
      syncSeconds: given.helper?.syncSeconds ?? 10,
    },
    defaults: given.defaults ?? {},
    kinds: given.kinds ?? {},
    ttl: {
      // Without a server of the store the pods are the only place where the logs are: they stay a while for their readers.
      succeededSeconds: given.ttl?.succeededSeconds ?? (files === null ? 300 : 0),
      failedSeconds: given.ttl?.failedSeconds ?? 24 * 3600,
    },
    graces: gracesOf(given.graces ?? {}),
    lostNodes: {
      mayForce: given.forceDeleteOnLostNode ?? false,
      afterSeconds: given.nodeLostSeconds ?? 600,
    },
    files:
      files === null
        ? null
        : { url: files.url ?? '', tokenFile: files.tokenFile === undefined ? null : resolve(base, files.tokenFile) },
  };
}

function gracesOf(given: NonNullable<Given['graces']>): Partial<Graces> {
  const ms = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1000);
  const set = {
    imagePull: ms(given.imagePullSeconds),
    config: ms(given.configSeconds),
    mount: ms(given.mountSeconds),
    unschedulable: ms(given.unschedulableSeconds),
    silentNode: ms(given.silentNodeSeconds),
    events: ms(given.stuckSeconds),
    noPod: ms(given.stuckSeconds),
    mountWarning: ms(given.stuckSeconds),
    beside: ms(given.besideSeconds),
  };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
}
