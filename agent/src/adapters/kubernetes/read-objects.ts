import { isReason, isStatus } from '@tandem/shared/lifecycle';
import * as z from 'zod';
import { annotations, labels, type RunSettings, startGate } from '../../compile/kubernetes/names.ts';
import type { Judgement } from '../../observe/judgement.ts';
import type {
  ConditionView,
  ContainerState,
  ContainerView,
  EventView,
  JobView,
  LeadView,
  PodView,
  StopView,
  Terminated,
} from '../../observe/run-view.ts';

/** The fields of Kubernetes objects that we read; the server sends many more, and any of these may be absent. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly uid: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Which attempt an object belongs to; null: it is none of ours. */
export function runOf(object: KubeObject): { readonly uuid: string; readonly attempt: number } | null {
  const uuid = object.metadata.labels?.[labels.run] ?? '';
  const attempt = Number(object.metadata.labels?.[labels.attempt]);
  return /^[0-9a-f]{32}$/.test(uuid) && Number.isSafeInteger(attempt) ? { uuid, attempt } : null;
}

/** Version of an object or of a list; 0: it has none that can be compared. Versions of one cluster rise (KEP-5504). */
export function versionOf(object: { readonly metadata: Pick<KubeObject['metadata'], 'resourceVersion'> }): bigint {
  const text = object.metadata.resourceVersion ?? '';
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}

export function generationOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[annotations.generation] ?? 0) || 0;
}

const settingsShape: z.ZodType<RunSettings> = z.object({
  kind: z.string(),
  decidingRoles: z.array(z.string()),
  replicas: z.record(z.string(), z.number()),
  mainContainer: z.string(),
  maxRetries: z.number(),
  timeoutSeconds: z.number().nullable(),
  ttlSeconds: z.number().nullable(),
  graceSeconds: z.number(),
  keepsLogs: z.boolean().default(false),
  outputs: z.array(z.object({ name: z.string(), type: z.string().nullable(), isList: z.boolean() })),
  resources: z.array(z.object({ kind: z.enum(['secret', 'config']), name: z.string(), connection: z.string() })),
  // An agent of before wrote none; such a run is not forwarded to.
  ports: z.array(z.number()).default([]),
  culling: z.object({ timeoutSeconds: z.number(), port: z.number(), paths: z.array(z.string()) }).optional(),
});

/** For an object whose annotation somebody changed: enough to see it end. */
const plainSettings: RunSettings = {
  kind: 'job',
  decidingRoles: ['main'],
  replicas: { main: 1 },
  mainContainer: 'main',
  maxRetries: 0,
  timeoutSeconds: null,
  ttlSeconds: null,
  graceSeconds: 30,
  keepsLogs: false,
  outputs: [],
  resources: [],
  ports: [],
};

export function settingsTextOf(object: KubeObject): string | null {
  return object.metadata.annotations?.[annotations.settings] ?? null;
}

export function settingsOf(object: KubeObject): RunSettings {
  return readAnnotation(object, annotations.settings, settingsShape) ?? plainSettings;
}

const stopShape: z.ZodType<StopView> = z.object({
  generation: z.number(),
  why: z.enum(['UserStop', 'TimeoutExceeded', 'MainEnded', 'IdleCulled']),
  atMs: z.number(),
  graceSeconds: z.number(),
});

export function stopOf(object: KubeObject): StopView | null {
  return readAnnotation(object, annotations.stop, stopShape);
}

const endShape: z.ZodType<Judgement> = z.object({
  status: z.string().refine(isStatus),
  reason: z.string().refine(isReason),
  message: z.string(),
  atMs: z.number().nullable(),
  end: z.object({ exitCode: z.number().nullable(), finishedAtMs: z.number().nullable() }),
  againMs: z.null(),
  wantsEvents: z.literal(false),
});

export function recordedEndOf(object: KubeObject): Judgement | null {
  return readAnnotation(object, annotations.end, endShape);
}

/** What we wrote into an annotation; null: it is not there, or somebody else wrote there. */
function readAnnotation<T>(object: KubeObject, name: string, shape: z.ZodType<T>): T | null {
  const text = object.metadata.annotations?.[name];
  if (text === undefined) return null;
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // No JSON: an edit of somebody else.
  }
}

export function toLead(object: KubeObject): LeadView {
  const { metadata, status = {} } = object;
  const given = metadata.annotations ?? {};
  return {
    apiVersion: object.apiVersion ?? '',
    kind: object.kind ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    version: versionOf(object),
    createdAtMs: timeOf(metadata.creationTimestamp) ?? 0,
    specSha256: given[annotations.specSha256] ?? '',
    isComplete: given[annotations.others] === undefined || given[annotations.others] === 'made',
    isAcknowledged: given[annotations.acknowledged] !== undefined,
    isLogKept: given[annotations.logKept] !== undefined,
    isDeleting: metadata.deletionTimestamp !== undefined,
    isTombstone: given[annotations.tombstone] !== undefined,
    conditions: conditionsOf(status),
    availableReplicas: object.kind === 'Deployment' ? numberOf(status['availableReplicas']) : null,
    ...phaseOf(status),
  };
}

/** Operators of Ray and Dask say in one word how it is; the word's place differs. */
function phaseOf(status: Readonly<Record<string, unknown>>): Pick<LeadView, 'phase' | 'phaseMessage'> {
  const word = status['jobStatus'] ?? status['state'] ?? status['phase'];
  return {
    phase: typeof word === 'string' && word !== '' ? word : null,
    phaseMessage: textOf(status['message']) || textOf(status['reason']),
  };
}

export function toJob(object: KubeObject): JobView {
  const { metadata, spec = {}, status = {} } = object;
  const policy = spec['podFailurePolicy'];
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    role: metadata.labels?.[labels.role] ?? 'main',
    version: versionOf(object),
    createdAtMs: timeOf(metadata.creationTimestamp) ?? 0,
    conditions: conditionsOf(status),
    failed: numberOf(status['failed']),
    active: numberOf(status['active']),
    isSuspended: spec['suspend'] === true,
    hasOwnFailurePolicy: isRecord(policy) && !onlyIgnoresDisruption(listOf(policy['rules'])),
  };
}

/** Our own rule: one that ignores what the cluster did to the pod. */
function onlyIgnoresDisruption(rules: readonly unknown[]): boolean {
  return rules.every((rule) => isRecord(rule) && rule['action'] === 'Ignore' && rule['onExitCodes'] === undefined);
}

export function toPod(object: KubeObject): PodView {
  const { metadata, spec = {}, status = {} } = object;
  const sidecars = new Set(
    listOf(spec['initContainers'])
      .filter(isRecord)
      .filter((each) => each['restartPolicy'] === 'Always')
      .map((each) => textOf(each['name'])),
  );
  const containers = (list: unknown): readonly ContainerView[] =>
    listOf(list)
      .filter(isRecord)
      .map((each) => toContainerView(each, sidecars.has(textOf(each['name']))));
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    role: metadata.labels?.[labels.role] ?? 'main',
    place: placeOf(metadata),
    isHeld: listOf(spec['schedulingGates']).some((gate) => recordOf(gate)?.['name'] === startGate),
    version: versionOf(object),
    phase: textOf(status['phase']) || 'Pending',
    reason: textOf(status['reason']),
    message: textOf(status['message']),
    node: textOf(spec['nodeName']),
    ip: textOf(status['podIP']),
    createdAtMs: timeOf(metadata.creationTimestamp) ?? 0,
    startedAtMs: timeOf(status['startTime']),
    isDeleting: metadata.deletionTimestamp !== undefined,
    conditions: conditionsOf(status),
    init: containers(status['initContainerStatuses']),
    containers: containers(status['containerStatuses']),
  };
}

/** Where Kubernetes writes the index of a pod of an Indexed Job. */
const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

function placeOf({ ownerReferences = [], annotations: given = {} }: KubeObject['metadata']): string {
  const job = ownerReferences.find((each) => each.controller === true && each.kind === 'Job');
  return job === undefined ? '' : `${job.uid}/${given[indexAnnotation] ?? 0}`;
}

function toContainerView(given: Readonly<Record<string, unknown>>, isSidecar: boolean): ContainerView {
  const before = recordOf(recordOf(given['lastState'])?.['terminated']);
  return {
    name: textOf(given['name']),
    isSidecar,
    restarts: numberOf(given['restartCount']),
    state: toState(recordOf(given['state'])),
    before: before === null ? null : toTerminated(before),
  };
}

function toState(state: Readonly<Record<string, unknown>> | null): ContainerState {
  const waiting = recordOf(state?.['waiting']);
  if (waiting !== null)
    return { kind: 'waiting', reason: textOf(waiting['reason']), message: textOf(waiting['message']) };
  const running = recordOf(state?.['running']);
  if (running !== null) return { kind: 'running', startedAtMs: timeOf(running['startedAt']) ?? 0 };
  const ended = recordOf(state?.['terminated']);
  return ended === null ? { kind: 'none' } : toTerminated(ended);
}

function toTerminated(given: Readonly<Record<string, unknown>>): Terminated {
  return {
    kind: 'terminated',
    exitCode: numberOf(given['exitCode']),
    reason: textOf(given['reason']),
    message: textOf(given['message']),
    finishedAtMs: timeOf(given['finishedAt']),
  };
}

function conditionsOf(status: Readonly<Record<string, unknown>>): readonly ConditionView[] {
  return listOf(status['conditions'])
    .filter(isRecord)
    .map((each) => ({
      type: textOf(each['type']),
      isTrue: each['status'] === 'True',
      isUnknown: each['status'] === 'Unknown',
      reason: textOf(each['reason']),
      message: textOf(each['message']),
      atMs: timeOf(each['lastTransitionTime']) ?? 0,
    }));
}

export function toEvent(given: unknown): EventView | null {
  if (!isRecord(given)) return null;
  return {
    reason: textOf(given['reason']),
    message: textOf(given['message']),
    about: textOf(recordOf(given['involvedObject'])?.['uid']),
    atMs:
      timeOf(given['lastTimestamp']) ??
      timeOf(given['eventTime']) ??
      timeOf(recordOf(given['metadata'])?.['creationTimestamp']) ??
      0,
  };
}

/** A node that does not answer: since when; null: it answers. */
export function silentSince(object: KubeObject): number | null {
  const ready = conditionsOf(object.status ?? {}).find((each) => each.type === 'Ready');
  return ready?.isUnknown === true ? ready.atMs : null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const recordOf = (value: unknown): Readonly<Record<string, unknown>> | null => (isRecord(value) ? value : null);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

function timeOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
