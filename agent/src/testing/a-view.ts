import type { RunSettings } from '../compile/kubernetes/names.ts';
import type {
  ConditionView,
  ContainerState,
  ContainerView,
  JobView,
  LeadView,
  PodView,
  RunView,
} from '../observe/run-view.ts';

/** Times of tests: ms since 1970, all in one hour. */
export const t0 = Date.UTC(2026, 0, 2, 3, 0, 0);

export function aView(
  given: Partial<Omit<RunView, 'settings' | 'lead'>> & {
    settings?: Partial<RunSettings>;
    lead?: Partial<LeadView> | null;
  } = {},
): RunView {
  const { settings, lead, ...rest } = given;
  return {
    run: { uuid: 'a'.repeat(32), attempt: 1, generation: 1 },
    namespace: 'runs',
    settings: {
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
      ...settings,
    },
    lead: lead === null ? null : aLead(lead),
    isLeadGone: lead === null,
    jobs: [aJob()],
    pods: [],
    events: [],
    stop: null,
    recordedEnd: null,
    silentNodes: new Map(),
    isNamespaceGone: false,
    ...rest,
  };
}

export function aLead(given: Partial<LeadView> = {}): LeadView {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: 'tdm',
    uid: 'job-1',
    version: 1n,
    createdAtMs: t0,
    specSha256: '',
    isComplete: true,
    isAcknowledged: false,
    isLogKept: false,
    isDeleting: false,
    isTombstone: false,
    conditions: [],
    availableReplicas: null,
    phase: null,
    phaseMessage: '',
    ...given,
  };
}

export function aJob(given: Partial<JobView> = {}): JobView {
  return {
    name: 'tdm',
    uid: 'job-1',
    role: 'main',
    version: 1n,
    createdAtMs: t0,
    conditions: [],
    failed: 0,
    active: 1,
    isSuspended: false,
    hasOwnFailurePolicy: false,
    ...given,
  };
}

export function aPod(given: Partial<PodView> = {}): PodView {
  return {
    name: 'tdm-x',
    uid: 'pod-1',
    role: 'main',
    place: 'job-1/0',
    isHeld: false,
    version: 1n,
    phase: 'Pending',
    reason: '',
    message: '',
    node: 'node1',
    ip: '',
    createdAtMs: t0,
    startedAtMs: t0,
    isDeleting: false,
    conditions: [],
    init: [],
    containers: [],
    ...given,
  };
}

export function aContainer(state: ContainerState, given: Partial<ContainerView> = {}): ContainerView {
  return { name: 'main', isSidecar: false, restarts: 0, before: null, state, ...given };
}

export const waiting = (reason: string, message = ''): ContainerState => ({ kind: 'waiting', reason, message });
export const running = (atMs = t0 + 1_000): ContainerState => ({ kind: 'running', startedAtMs: atMs });
export const ended = (
  exitCode: number,
  reason = '',
  message = '',
  atMs = t0 + 5_000,
): ContainerState & { kind: 'terminated' } => ({
  kind: 'terminated',
  exitCode,
  reason: reason === '' ? (exitCode === 0 ? 'Completed' : 'Error') : reason,
  message,
  finishedAtMs: atMs,
});

export function condition(type: string, given: Partial<ConditionView> = {}): ConditionView {
  return { type, isTrue: true, isUnknown: false, reason: '', message: '', atMs: t0 + 2_000, ...given };
}
