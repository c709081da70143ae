import { aContainer, aJob, aPod, aView, condition, ended, running, t0, waiting } from '../testing/a-view.ts';
import type { RunView } from './run-view.ts';

/** Objects of a run, and what is to be said of it. */
export interface Case {
  readonly row: string;
  readonly view: RunView;
  /** Seconds after the objects were made. */
  readonly after?: number;
  readonly status: string;
  readonly reason: string;
  readonly message?: RegExp;
  readonly isEnd?: boolean;
  readonly exitCode?: number;
}

const pending = (state: Parameters<typeof aContainer>[0]) => aPod({ containers: [aContainer(state)] });
const failedPod = (given: Parameters<typeof aPod>[0]) => aPod({ phase: 'Failed', ...given });
const service = {
  settings: { kind: 'service', replicas: { main: 2 } },
  lead: { kind: 'Deployment', apiVersion: 'apps/v1' },
  jobs: [],
};
const unschedulable = aPod({
  node: '',
  conditions: [
    condition('PodScheduled', {
      isTrue: false,
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 Insufficient cpu.',
      atMs: t0,
    }),
  ],
});

const withoutClaim = aPod({
  node: '',
  conditions: [
    condition('PodScheduled', {
      isTrue: false,
      reason: 'Unschedulable',
      message: '0/1 nodes are available: persistentvolumeclaim "data" not found.',
      atMs: t0,
    }),
  ],
});
/** Rows 1 to 13 of the table in agent-and-kubernetes.md 3.3. */
export const troubles: readonly Case[] = [
  {
    row: '1: the Job is complete',
    view: aView({ jobs: [aJob({ conditions: [condition('Complete')] })] }),
    status: 'succeeded',
    reason: 'Completed',
    isEnd: true,
    exitCode: 0,
  },
  {
    row: '1: criteria met and nothing active',
    view: aView({ jobs: [aJob({ active: 0, conditions: [condition('SuccessCriteriaMet')] })] }),
    status: 'succeeded',
    reason: 'Completed',
    isEnd: true,
  },
  {
    row: '1: the pod says it before its Job',
    view: aView({ pods: [aPod({ phase: 'Succeeded', containers: [aContainer(ended(0))] })] }),
    status: 'succeeded',
    reason: 'Completed',
    isEnd: true,
  },
  {
    row: '1: an operator says it',
    view: aView({
      jobs: [],
      lead: { apiVersion: 'kubeflow.org/v1', kind: 'PyTorchJob', conditions: [condition('Succeeded')] },
    }),
    status: 'succeeded',
    reason: 'Completed',
    isEnd: true,
  },
  {
    row: '1: a RayJob says it in a word',
    view: aView({ jobs: [], lead: { apiVersion: 'ray.io/v1', kind: 'RayJob', phase: 'SUCCEEDED' } }),
    status: 'succeeded',
    reason: 'Completed',
    isEnd: true,
  },
  {
    row: '2: stopped, and no pod is left',
    view: aView({ stop: { generation: 2, why: 'UserStop', atMs: t0 + 9_000, graceSeconds: 5 } }),
    status: 'stopped',
    reason: 'UserStop',
    isEnd: true,
  },
  {
    row: '2: a program that a stop made fail was stopped',
    view: aView({
      stop: { generation: 2, why: 'UserStop', atMs: t0 + 4_500, graceSeconds: 5 },
      pods: [failedPod({ containers: [aContainer(ended(143))] })],
    }),
    status: 'stopped',
    reason: 'UserStop',
    isEnd: true,
  },
  {
    row: '2: so was one whose node has a clock that is 2 s behind that of the order',
    view: aView({
      stop: { generation: 2, why: 'UserStop', atMs: t0 + 6_900, graceSeconds: 5 },
      pods: [failedPod({ containers: [aContainer(ended(143))] })],
    }),
    status: 'stopped',
    reason: 'UserStop',
    isEnd: true,
  },
  {
    row: '2: a container that nobody saw end was stopped',
    view: aView({
      stop: { generation: 2, why: 'UserStop', atMs: t0 + 4_500, graceSeconds: 5 },
      pods: [failedPod({ containers: [aContainer({ ...ended(137, 'ContainerStatusUnknown'), finishedAtMs: null })] })],
    }),
    status: 'stopped',
    reason: 'UserStop',
    isEnd: true,
  },
  {
    row: '2: one that had ended before the stop keeps its end',
    view: aView({
      stop: { generation: 2, why: 'UserStop', atMs: t0 + 60_000, graceSeconds: 5 },
      pods: [aPod({ phase: 'Succeeded', containers: [aContainer(ended(0))] })],
    }),
    status: 'succeeded',
    reason: 'Completed',
    isEnd: true,
  },
  {
    row: '2: a stop whose pods still run is none yet',
    view: aView({
      stop: { generation: 2, why: 'UserStop', atMs: t0, graceSeconds: 5 },
      pods: [aPod({ phase: 'Running', containers: [aContainer(running())] })],
    }),
    status: 'running',
    reason: 'Running',
    isEnd: false,
  },
  {
    row: '2: a stop that came before the start',
    view: aView({ lead: { isTombstone: true } }),
    status: 'stopped',
    reason: 'UserStop',
    isEnd: true,
  },
  {
    row: '3: the time limit of the Job',
    view: aView({
      settings: { timeoutSeconds: 60 },
      jobs: [aJob({ conditions: [condition('Failed', { reason: 'DeadlineExceeded' })] })],
    }),
    status: 'failed',
    reason: 'TimeoutExceeded',
    message: /60 s/,
    isEnd: true,
  },
  {
    row: '3: the time limit that the agent keeps',
    view: aView({ ...service, stop: { generation: 1, why: 'TimeoutExceeded', atMs: t0 + 9_000, graceSeconds: 5 } }),
    status: 'failed',
    reason: 'TimeoutExceeded',
    isEnd: true,
  },
  {
    row: '3: the time limit of a pod, though tries are left',
    view: aView({
      settings: { timeoutSeconds: 9, maxRetries: 3 },
      pods: [aPod({ phase: 'Failed', reason: 'DeadlineExceeded', containers: [aContainer(ended(143))] })],
    }),
    status: 'failed',
    reason: 'TimeoutExceeded',
    message: /9 s/,
    isEnd: true,
  },
  {
    row: '4: no tries left, with the cause of the last pod',
    view: aView({
      jobs: [aJob({ failed: 1, conditions: [condition('Failed', { reason: 'BackoffLimitExceeded' })] })],
      pods: [failedPod({ containers: [aContainer(ended(3, '', 'no such file'))] })],
    }),
    status: 'failed',
    reason: 'ContainerFailed',
    message: /exit code 3: no such file/,
    isEnd: true,
    exitCode: 3,
  },
  {
    row: '4: a failure target says it early',
    view: aView({
      jobs: [aJob({ conditions: [condition('FailureTarget', { reason: 'PodFailurePolicy', message: 'rule 0' })] })],
    }),
    status: 'failed',
    reason: 'ContainerFailed',
    message: /rule 0/,
    isEnd: true,
  },
  {
    row: '5: an operator gave up',
    view: aView({
      jobs: [],
      lead: {
        apiVersion: 'kubeflow.org/v1',
        kind: 'TFJob',
        conditions: [condition('Failed', { message: 'worker 1 failed' })],
      },
    }),
    status: 'failed',
    reason: 'ContainerFailed',
    message: /worker 1/,
    isEnd: true,
  },
  {
    row: '5: Dask gave up',
    view: aView({
      jobs: [],
      lead: { apiVersion: 'kubernetes.dask.org/v1', kind: 'DaskCluster', phase: 'Error', phaseMessage: 'no scheduler' },
    }),
    status: 'failed',
    reason: 'ContainerFailed',
    message: /no scheduler/,
    isEnd: true,
  },
  {
    row: '6: a pod that is heard of before its Job',
    view: aView({ lead: null, isLeadGone: false, jobs: [], pods: [aPod()] }),
    status: 'starting',
    reason: 'Accepted',
  },
  {
    row: '6: a pod whose Job never comes',
    view: aView({ lead: null, isLeadGone: false, jobs: [], pods: [aPod()] }),
    after: 31,
    status: 'stopped',
    reason: 'DeletedExternally',
    isEnd: true,
  },
  {
    row: '6: somebody deleted the object',
    view: aView({ lead: null, jobs: [] }),
    status: 'stopped',
    reason: 'DeletedExternally',
    isEnd: true,
  },
  {
    row: '7: the namespace is gone',
    view: aView({ isNamespaceGone: true }),
    status: 'failed',
    reason: 'NamespaceGone',
    isEnd: true,
  },
  {
    row: '7: a pod that was ended with its namespace',
    view: aView({
      isNamespaceGone: true,
      pods: [failedPod({ isDeleting: true, containers: [aContainer(ended(143))] })],
    }),
    status: 'failed',
    reason: 'NamespaceGone',
    isEnd: true,
  },
  {
    row: '8: no node takes it',
    view: aView({ pods: [unschedulable] }),
    after: 31,
    status: 'unschedulable',
    reason: 'Unschedulable',
    message: /Insufficient cpu/,
  },
  { row: '8: not at once', view: aView({ pods: [unschedulable] }), after: 29, status: 'starting', reason: 'Accepted' },
  {
    row: '9: held back by a gate',
    view: aView({
      pods: [aPod({ node: '', conditions: [condition('PodScheduled', { isTrue: false, reason: 'SchedulingGated' })] })],
    }),
    status: 'starting',
    reason: 'Gated',
  },
  {
    row: '10: the image cannot be pulled',
    view: aView({ pods: [pending(waiting('ImagePullBackOff', 'Back-off pulling image "x"'))] }),
    after: 5,
    status: 'warning',
    reason: 'ImagePull',
    message: /Back-off pulling/,
  },
  {
    row: '10: and not after ten minutes either',
    view: aView({ pods: [pending(waiting('ErrImagePull'))] }),
    after: 601,
    status: 'failed',
    reason: 'ImagePull',
    isEnd: true,
  },
  {
    row: '10: of an init step too',
    view: aView({ pods: [aPod({ init: [aContainer(waiting('ErrImagePull', 'no'), { name: 'git' })] })] }),
    status: 'warning',
    reason: 'ImagePull',
    message: /"git"/,
  },
  {
    row: '11: a name that is none',
    view: aView({ pods: [pending(waiting('InvalidImageName'))] }),
    status: 'failed',
    reason: 'InvalidImage',
    isEnd: true,
  },
  {
    row: '11: an image that may not be pulled',
    view: aView({ pods: [pending(waiting('ErrImageNeverPull'))] }),
    status: 'failed',
    reason: 'InvalidImage',
    isEnd: true,
  },
  {
    row: '12: a missing secret',
    view: aView({ pods: [pending(waiting('CreateContainerConfigError', 'secret "s" not found'))] }),
    after: 10,
    status: 'warning',
    reason: 'MissingSecret',
    message: /secret "s" not found/,
  },
  {
    row: '12: after five minutes it is over',
    view: aView({ pods: [pending(waiting('CreateContainerConfigError', `couldn't find key k in Secret runs/s`))] }),
    after: 301,
    status: 'failed',
    reason: 'MissingSecret',
    isEnd: true,
  },
  {
    row: '12: a missing config map',
    view: aView({ pods: [pending(waiting('CreateContainerConfigError', 'configmap "c" not found'))] }),
    status: 'warning',
    reason: 'MissingConfigMap',
  },
  {
    row: '13: a volume that does not come',
    view: aView({
      pods: [aPod()],
      events: [{ reason: 'FailedMount', message: 'timed out waiting', about: 'pod-1', atMs: t0 }],
    }),
    after: 61,
    status: 'warning',
    reason: 'VolumeMount',
  },
  {
    row: '13: after fifteen minutes it is over',
    view: aView({
      pods: [aPod()],
      events: [{ reason: 'FailedAttachVolume', message: 'no', about: 'pod-1', atMs: t0 }],
    }),
    after: 901,
    status: 'failed',
    reason: 'VolumeMount',
    isEnd: true,
  },
  {
    row: '13: a secret that should be mounted',
    view: aView({
      pods: [aPod()],
      events: [{ reason: 'FailedMount', message: 'secret "s" not found', about: 'pod-1', atMs: t0 }],
    }),
    after: 61,
    status: 'warning',
    reason: 'MissingSecret',
  },
  {
    row: '13: events of others do not count',
    view: aView({ pods: [aPod()], events: [{ reason: 'FailedMount', message: 'no', about: 'pod-9', atMs: t0 }] }),
    after: 61,
    status: 'starting',
    reason: 'Started',
  },
  {
    row: '13: a claim that is not there',
    view: aView({ pods: [withoutClaim] }),
    after: 60,
    status: 'warning',
    reason: 'VolumeMount',
    message: /"data" not found/,
  },
  {
    row: '13: a claim that never comes',
    view: aView({ pods: [withoutClaim] }),
    after: 15 * 60,
    status: 'failed',
    reason: 'VolumeMount',
    isEnd: true,
  },
];
