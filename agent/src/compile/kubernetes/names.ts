import { labelPrefix } from '@tandem/shared/wire';
import type { RunKey } from '../pod-plan.ts';

/** Labels of our objects and of their pods: few, short, and what lists and selectors need (agent-and-kubernetes.md 2.1). */
export const labels = {
  run: `${labelPrefix}/run`,
  agent: `${labelPrefix}/agent`,
  attempt: `${labelPrefix}/attempt`,
  /** Replica kind of a pod or of the Job behind it: `main`, `master`, `worker` … */
  role: `${labelPrefix}/role`,
  managedBy: 'app.kubernetes.io/managed-by',
} as const;

/** The value of `managed-by`. */
export const managedBy = 'tandem';

/** Annotations of the objects: what the agent must know of a run after a restart. */
export const annotations = {
  generation: `${labelPrefix}/generation`,
  specSha256: `${labelPrefix}/spec-sha256`,
  owner: `${labelPrefix}/owner`,
  project: `${labelPrefix}/project`,
  name: `${labelPrefix}/name`,
  kind: `${labelPrefix}/kind`,
  trace: `${labelPrefix}/trace`,
  /** On a Service: whether the gateway shows it without a login of ours, and whether it cuts its prefix off paths. */
  external: `${labelPrefix}/external`,
  rewritePath: `${labelPrefix}/rewrite-path`,
  /** On a RayCluster: JSON of the runtime environment and metadata for what is submitted to it. */
  ray: `${labelPrefix}/ray`,
  /** JSON of `RunSettings`. */
  settings: `${labelPrefix}/settings`,
  /** A stop was ordered: JSON of `{generation, reason, at}`. */
  stop: `${labelPrefix}/stop`,
  /** JSON of an end that was decided while pods of the run were still there. */
  end: `${labelPrefix}/end`,
  /** On a lead that owns others: `pending` until all of them are made, then `made`. Absent: it owns none. */
  others: `${labelPrefix}/others`,
  /** On a Job that only remembers a stop which came before its start. */
  tombstone: `${labelPrefix}/tombstone`,
  /** The control plane has acknowledged the end. */
  acknowledged: `${labelPrefix}/acknowledged`,
  /** The log of the attempt is in the store. */
  logKept: `${labelPrefix}/log-kept`,
} as const;

/**
 * What the observer of a run needs and the objects do not say by themselves; kept on the lead object, so that an agent that
 * starts anew knows as much as the one before (agent-and-kubernetes.md 3.2).
 */
export interface RunSettings {
  readonly kind: string;
  /** Whose end decides: the main container of these roles. */
  readonly decidingRoles: readonly string[];
  /** Pods wanted by role. */
  readonly replicas: Readonly<Record<string, number>>;
  readonly mainContainer: string;
  readonly maxRetries: number;
  /** Seconds from the first start; null: no limit. */
  readonly timeoutSeconds: number | null;
  /** Seconds that ended objects stay; null: the agent's default. */
  readonly ttlSeconds: number | null;
  readonly graceSeconds: number;
  /** Whether its log is to be kept when its pods go. */
  readonly keepsLogs: boolean;
  /** Declared outputs, for their types. */
  readonly outputs: readonly { readonly name: string; readonly type: string | null; readonly isList: boolean }[];
  /** Secrets and config maps of this run by name, with the connection that brings them: what messages may say instead. */
  readonly resources: readonly {
    readonly kind: 'secret' | 'config';
    readonly name: string;
    readonly connection: string;
  }[];
  /** Ports that a service declared: the only ones that are forwarded. */
  readonly ports: readonly number[];
  /** Missing: it is not stopped for being idle. */
  readonly culling?: CullingSettings | undefined;
}

/** When a service is stopped that nobody uses, and where it is asked. */
export interface CullingSettings {
  readonly timeoutSeconds: number;
  readonly port: number;
  /** Tried in order: a service may live below the path of the gateway, or at the root. */
  readonly paths: readonly string[];
}

/** Name of the objects of an attempt (decisions.md 40); `role` where an attempt has one for each role. */
export function objectName({ uuid, attempt }: Pick<RunKey, 'uuid' | 'attempt'>, role: string | null = null): string {
  return role === null ? `tdm-${uuid}-${attempt}` : `tdm-${uuid}-${attempt}-${role}`;
}

/** Name of the Service of a run: the same for every attempt. */
export function serviceName(uuid: string): string {
  return `tdm-${uuid}`;
}

/** Name of the Secret with the run's credential. */
export function tokenSecretName({ uuid, attempt }: Pick<RunKey, 'uuid' | 'attempt'>): string {
  return `tdm-${uuid}-${attempt}-token`;
}

/** Keeps a pod of a Job from the scheduler until the agent has let it start: of two for one place, only one ever does (ADR 23). */
export const startGate = `${labelPrefix}/start`;

/** The container of our collector; its log is none of the run's. */
export const collectorName = 'tandem-collector';
