import { aContainer, aJob, aPod, aView, condition, ended, running, t0, waiting } from '../testing/a-view.ts';
import type { Case } from './judge-troubles.cases.ts';

const pending = (state: Parameters<typeof aContainer>[0]) => aPod({ containers: [aContainer(state)] });
const failedPod = (given: Parameters<typeof aPod>[0]) => aPod({ phase: 'Failed', ...given });
const service = {
  settings: { kind: 'service', replicas: { main: 2 } },
  lead: { kind: 'Deployment', apiVersion: 'apps/v1' },
  jobs: [],
};
const noAccount = {
  reason: 'FailedCreate',
  message:
    'Error creating: pods "x-" is forbidden: error looking up service account runs/trainer: serviceaccount "trainer" not found',
  about: 'job-1',
  atMs: t0 + 1_000,
};

/** Rows from 14 on of the table in agent-and-kubernetes.md 3.3. */
export const progresses: readonly Case[] = [
  {
    row: '14: a service that keeps ending',
    view: aView({
      ...service,
      pods: [
        aPod({
          phase: 'Running',
          containers: [aContainer(waiting('CrashLoopBackOff'), { restarts: 3, before: ended(1) })],
        }),
      ],
    }),
    status: 'warning',
    reason: 'CrashLoop',
    message: /4 times and ended with code 1/,
  },
  {
    row: '2: a service that nobody used, once its pods are gone',
    view: aView({
      ...service,
      settings: { ...service.settings, culling: { timeoutSeconds: 600, port: 80, paths: ['/'] } },
      stop: { generation: 1, why: 'IdleCulled', atMs: t0 + 9_000, graceSeconds: 5 },
    }),
    status: 'stopped',
    reason: 'IdleCulled',
    message: /600 s/,
    isEnd: true,
  },
  {
    row: '27: the service account is missing',
    view: aView({ events: [noAccount] }),
    after: 61,
    status: 'warning',
    reason: 'MissingServiceAccount',
    message: /"trainer" not found/,
  },
  {
    row: '27: the service account never comes',
    view: aView({ events: [noAccount] }),
    after: 5 * 60,
    status: 'failed',
    reason: 'MissingServiceAccount',
    isEnd: true,
  },
  {
    row: '16: we ended the pod of a lost node',
    view: aView({ pods: [failedPod({ conditions: [condition('DisruptionTarget', { reason: 'NodeLost' })] })] }),
    status: 'retrying',
    reason: 'NodeLost',
  },
  {
    row: '14: a job that starts its container again',
    view: aView({
      pods: [
        aPod({
          phase: 'Running',
          containers: [aContainer(waiting('CrashLoopBackOff'), { restarts: 1, before: ended(137, 'OOMKilled') })],
        }),
      ],
    }),
    status: 'retrying',
    reason: 'CrashLoop',
    message: /more memory/,
  },
  {
    row: '15: out of memory, no tries left',
    view: aView({ pods: [failedPod({ containers: [aContainer(ended(137, 'OOMKilled'))] })] }),
    status: 'failed',
    reason: 'OOMKilled',
    isEnd: true,
    exitCode: 137,
  },
  {
    row: '15: out of memory, tries left',
    view: aView({
      settings: { maxRetries: 2 },
      pods: [failedPod({ containers: [aContainer(ended(137, 'OOMKilled'))] })],
    }),
    status: 'retrying',
    reason: 'Retrying',
    message: /more memory/,
  },
  {
    row: '16: evicted, tries left',
    view: aView({
      settings: { maxRetries: 1 },
      pods: [failedPod({ reason: 'Evicted', message: 'The node was low on resource: memory.' })],
    }),
    status: 'retrying',
    reason: 'Retrying',
    message: /low on resource/,
  },
  {
    row: '16: the node is lost',
    view: aView({
      pods: [failedPod({ conditions: [condition('DisruptionTarget', { reason: 'DeletionByTaintManager' })] })],
    }),
    status: 'retrying',
    reason: 'NodeLost',
  },
  {
    row: '17: preemption does not count',
    view: aView({
      pods: [failedPod({ conditions: [condition('DisruptionTarget', { reason: 'PreemptionByScheduler' })] })],
    }),
    status: 'retrying',
    reason: 'Preempted',
  },
  {
    row: '18: ended by a signal',
    view: aView({ pods: [failedPod({ containers: [aContainer(ended(139))] })] }),
    status: 'failed',
    reason: 'ContainerFailed',
    message: /signal 11/,
    isEnd: true,
    exitCode: 139,
  },
  {
    row: '18: the command cannot be started',
    view: aView({ pods: [failedPod({ containers: [aContainer(ended(127, 'StartError', 'no such executable'))] })] }),
    status: 'failed',
    reason: 'StartFailed',
    isEnd: true,
  },
  {
    row: '18: an init step failed',
    view: aView({
      pods: [
        failedPod({
          init: [aContainer(ended(1, '', 'no such branch'), { name: 'git' })],
          containers: [aContainer(waiting('PodInitializing'))],
        }),
      ],
    }),
    status: 'failed',
    reason: 'InitFailed',
    message: /"git" ended with exit code 1: no such branch/,
    isEnd: true,
  },
  {
    row: '18: rules of the author are for the Job to apply',
    view: aView({
      jobs: [aJob({ hasOwnFailurePolicy: true })],
      pods: [failedPod({ containers: [aContainer(ended(42))] })],
    }),
    status: 'retrying',
    reason: 'Retrying',
  },
  {
    row: '19: the node could not take it after all',
    view: aView({ pods: [failedPod({ reason: 'OutOfcpu', message: 'Node did not have enough resource' })] }),
    status: 'retrying',
    reason: 'NodeRefused',
  },
  {
    row: '20: the node is silent',
    view: aView({
      silentNodes: new Map([['node1', t0]]),
      pods: [aPod({ phase: 'Running', containers: [aContainer(running())] })],
    }),
    after: 61,
    status: 'warning',
    reason: 'NodeNotReady',
  },
  {
    row: '20: not at once',
    view: aView({
      silentNodes: new Map([['node1', t0]]),
      pods: [aPod({ phase: 'Running', containers: [aContainer(running())] })],
    }),
    after: 30,
    status: 'running',
    reason: 'Running',
  },
  {
    row: '21: running',
    view: aView({ pods: [aPod({ phase: 'Running', containers: [aContainer(running())] })] }),
    status: 'running',
    reason: 'Running',
  },
  {
    row: '21: the main container has ended, the collector goes on',
    view: aView({
      pods: [
        aPod({
          phase: 'Running',
          init: [aContainer(running(), { name: 'collector', isSidecar: true })],
          containers: [aContainer(ended(0))],
        }),
      ],
    }),
    status: 'processing',
    reason: 'Collecting',
  },
  {
    row: '22: a service with one of two replicas serves',
    view: aView({
      ...service,
      pods: [aPod({ phase: 'Running', containers: [aContainer(running())] }), aPod({ uid: 'pod-2' })],
    }),
    status: 'running',
    reason: 'Running',
  },
  {
    row: '23: replicas cannot be made',
    view: aView({
      ...service,
      lead: {
        ...service.lead,
        conditions: [condition('ReplicaFailure', { message: 'pods "x" is forbidden: exceeded quota: q' })],
      },
    }),
    status: 'warning',
    reason: 'ClusterQuota',
  },
  {
    row: '23: no progress',
    view: aView({
      ...service,
      lead: {
        ...service.lead,
        conditions: [condition('Progressing', { isTrue: false, reason: 'ProgressDeadlineExceeded' })],
      },
      pods: [aPod()],
    }),
    status: 'warning',
    reason: 'ReplicasFailed',
  },
  {
    row: '24: one of three replicas runs',
    view: aView({
      settings: { kind: 'pytorchjob', replicas: { master: 1, worker: 2 }, decidingRoles: ['master'] },
      pods: [
        aPod({ role: 'master', phase: 'Running', containers: [aContainer(running())] }),
        aPod({ uid: 'pod-2', role: 'worker' }),
      ],
    }),
    status: 'starting',
    reason: 'Started',
    message: /1 of 3/,
  },
  {
    row: '25: an init step runs',
    view: aView({
      pods: [
        aPod({
          init: [aContainer(running(), { name: 'artifacts-path' })],
          containers: [aContainer(waiting('PodInitializing'))],
        }),
      ],
    }),
    status: 'starting',
    reason: 'Initializing',
    message: /artifacts-path/,
  },
  {
    row: '26: on a node, containers are made',
    view: aView({ pods: [pending(waiting('ContainerCreating'))] }),
    status: 'starting',
    reason: 'Started',
  },
  { row: '27: no pod yet', view: aView(), status: 'starting', reason: 'Accepted' },
  {
    row: '27: the quota lets no pod be made',
    view: aView({
      events: [
        {
          reason: 'FailedCreate',
          message: 'pods "x" is forbidden: exceeded quota: q, requested: cpu=1',
          about: 'job-1',
          atMs: t0,
        },
      ],
    }),
    after: 61,
    status: 'warning',
    reason: 'ClusterQuota',
    message: /cpu=1/,
  },
  {
    row: '27: the account is missing',
    view: aView({
      events: [
        {
          reason: 'FailedCreate',
          message: 'error looking up service account runs/x: serviceaccount "x" not found',
          about: 'job-1',
          atMs: t0,
        },
      ],
    }),
    after: 61,
    status: 'warning',
    reason: 'MissingServiceAccount',
  },
  {
    row: '27: not before a minute',
    view: aView({ events: [{ reason: 'FailedCreate', message: 'exceeded quota', about: 'job-1', atMs: t0 }] }),
    after: 40,
    status: 'starting',
    reason: 'Accepted',
  },
];
