import type { Reason } from '@tandem/shared/lifecycle';
import { lastWords } from './last-words.ts';
import type { ContainerView, PodView, Terminated } from './run-view.ts';

/** Why a container cannot start, and how long that may go on. */
export interface Waiting {
  readonly reason: Reason;
  readonly message: string;
  /** `at-once`: waiting does not help. */
  readonly grace: 'at-once' | 'imagePull' | 'config' | 'never';
}

const pulls: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ImageInspectError',
]);
const invalid: ReadonlySet<string> = new Set(['InvalidImageName', 'ErrImageNeverPull']);
const config: ReadonlySet<string> = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Rows 10 to 12 and 14 of agent-and-kubernetes.md 3.3, for the first container that has such a trouble. */
export function waitingTrouble(pod: PodView): Waiting | null {
  for (const container of [...pod.init, ...pod.containers]) {
    const { state } = container;
    if (state.kind !== 'waiting') continue;
    const message = `Container "${container.name}": ${state.message || state.reason}`;
    if (pulls.has(state.reason)) return { reason: 'ImagePull', message, grace: 'imagePull' };
    if (invalid.has(state.reason)) return { reason: 'InvalidImage', message, grace: 'at-once' };
    if (config.has(state.reason)) return { reason: configReason(state.message), message, grace: 'config' };
    if (state.reason === 'CrashLoopBackOff')
      return {
        reason: 'CrashLoop',
        message: `Container "${container.name}" was started ${container.restarts + 1} times${lastEnd(container)}.`,
        grace: 'never',
      };
  }
  return null;
}

function lastEnd({ before }: ContainerView): string {
  if (before === null) return '';
  return before.reason === 'OOMKilled'
    ? ' and used more memory than its limit'
    : ` and ended with code ${before.exitCode}`;
}

/** The kubelet says in words what is missing. */
function configReason(message: string): Reason {
  if (/configmap/i.test(message)) return 'MissingConfigMap';
  return /secret/i.test(message) ? 'MissingSecret' : 'ContainerConfig';
}

/** How a pod that has failed says why (rows 15, 16, 18 and 19), the most telling first. */
export interface PodFailure {
  readonly reason: Reason;
  readonly message: string;
  readonly exitCode: number | null;
  readonly finishedAtMs: number | null;
  /** The cluster did it, not the program: another try is not counted. */
  readonly isDisruption: boolean;
}

/** Reason of the condition by which we say that a pod went with its node. */
export const nodeLost = 'NodeLost';

const nodeRefusals: ReadonlySet<string> = new Set([
  'UnexpectedAdmissionError',
  'OutOfcpu',
  'OutOfmemory',
  'OutOfpods',
  'NodeAffinity',
  'NodeShutdown',
  'Terminated',
]);

/** Who says that a node is gone: two controllers of Kubernetes, and ourselves where an admin lets us. */
const lostNode: ReadonlySet<string> = new Set(['DeletionByPodGC', 'DeletionByTaintManager', nodeLost]);

export function failureOf(pod: PodView, mainContainer: string): PodFailure {
  const ended = mainEnd(pod, mainContainer);
  const of = (reason: Reason, message: string, isDisruption: boolean): PodFailure => ({
    reason,
    message,
    exitCode: ended?.exitCode ?? null,
    finishedAtMs: ended?.finishedAtMs ?? null,
    isDisruption,
  });
  const target = pod.conditions.find((each) => each.type === 'DisruptionTarget' && each.isTrue);
  if (target?.reason === 'PreemptionByScheduler') return of('Preempted', target.message, true);
  if (target !== undefined && lostNode.has(target.reason)) return of('NodeLost', target.message, true);
  if (pod.reason === 'Evicted') return of('Evicted', pod.message, target !== undefined);
  if (target !== undefined) return of('Evicted', target.message, true);
  if (nodeRefusals.has(pod.reason)) return of('NodeRefused', `${pod.reason}: ${pod.message}`, true);
  if (pod.reason === 'DeadlineExceeded') return of('TimeoutExceeded', pod.message, false);
  const init = failedInit(pod);
  if (init !== null) {
    const { container, end } = init;
    return {
      reason: end.reason === 'OOMKilled' ? 'OOMKilled' : 'InitFailed',
      message: `Init step "${container.name}" ${endedHow(end, pod)}`,
      exitCode: end.exitCode,
      finishedAtMs: end.finishedAtMs,
      isDisruption: false,
    };
  }
  const failed = ended !== null && ended.exitCode !== 0 ? { name: mainContainer, end: ended } : anyFailed(pod);
  if (failed === null) return of('ContainerFailed', pod.message || 'The pod failed without saying why.', false);
  const reason: Reason =
    failed.end.reason === 'OOMKilled'
      ? 'OOMKilled'
      : failed.end.reason === 'StartError' || failed.end.reason === 'ContainerCannotRun'
        ? 'StartFailed'
        : 'ContainerFailed';
  return {
    ...of(reason, `Container "${failed.name}" ${endedHow(failed.end, pod)}`, false),
    exitCode: failed.end.exitCode,
    finishedAtMs: failed.end.finishedAtMs,
  };
}

/** How the main container ended; null: it has not, or the pod does not say. */
export function mainEnd(pod: PodView, mainContainer: string): Terminated | null {
  const state = pod.containers.find((each) => each.name === mainContainer)?.state;
  return state?.kind === 'terminated' ? state : null;
}

function failedInit(pod: PodView): { readonly container: ContainerView; readonly end: Terminated } | null {
  for (const container of pod.init) {
    if (container.isSidecar) continue;
    const end = container.state.kind === 'terminated' ? container.state : container.before;
    if (end !== null && end.exitCode !== 0) return { container, end };
  }
  return null;
}

function anyFailed(pod: PodView): { readonly name: string; readonly end: Terminated } | null {
  for (const { name, state } of pod.containers)
    if (state.kind === 'terminated' && state.exitCode !== 0) return { name, end: state };
  return null;
}

function endedHow(end: Terminated, pod: PodView): string {
  if (end.reason === 'OOMKilled') return 'used more memory than its limit and was killed.';
  const said = lastWords(end.message, pod.init.length + pod.containers.length);
  const how =
    end.exitCode > 128 && end.exitCode < 160
      ? `ended by signal ${end.exitCode - 128} (exit code ${end.exitCode})`
      : `ended with exit code ${end.exitCode}`;
  return said === '' ? `${how}.` : `${how}: ${said}`;
}
