import { failureOf, mainEnd } from './container-trouble.ts';
import { judgeOperator } from './judge-operator.ts';
import { type Judgement, judged } from './judgement.ts';
import { isOver, isTrue, latest, newestFailed } from './pods.ts';
import type { ConditionView, JobView, PodView, RunView } from './run-view.ts';

/** Rows 1, 3, 4 and 5: what has ended stays ended, whatever was ordered since. */
export function endOf(view: RunView): Judgement | null {
  const { settings, lead } = view;
  const operator = lead === null ? null : judgeOperator(lead);
  if (operator !== null) return operator.status === 'failed' ? withPodCause(view, operator) : operator;
  const deciding = view.jobs.filter((job) => settings.decidingRoles.includes(job.role));
  // A Job says so a second after its pod has ended; the pods say it at once.
  const decidingPods = view.pods.filter((pod) => settings.decidingRoles.includes(pod.role));
  const wanted = settings.decidingRoles.reduce((sum, role) => sum + (settings.replicas[role] ?? 1), 0);
  // The main container decides, whatever became of what a webhook put beside it.
  const done = decidingPods.filter(
    (pod) => pod.phase === 'Succeeded' || (isOver(pod) && mainEnd(pod, settings.mainContainer)?.exitCode === 0),
  );
  const complete = deciding.length > 0 && deciding.every(isComplete);
  if (settings.kind !== 'service' && ((wanted > 0 && done.length >= wanted) || complete)) return succeeded(view, done);
  // Any one of a group: without it the others wait for ever.
  for (const job of view.jobs) {
    const failed = failedCondition(job);
    if (failed !== undefined) return failedJob(view, failed);
  }
  return lastFailure(view, decidingPods);
}

const isComplete = (job: JobView): boolean =>
  isTrue(job.conditions, 'Complete') !== undefined ||
  (isTrue(job.conditions, 'SuccessCriteriaMet') !== undefined && job.active === 0);
const failedCondition = (job: JobView): ConditionView | undefined =>
  isTrue(job.conditions, 'Failed') ?? isTrue(job.conditions, 'FailureTarget');

function succeeded(view: RunView, pods: readonly PodView[]): Judgement {
  const times = pods.map((pod) => mainEnd(pod, view.settings.mainContainer)?.finishedAtMs ?? null);
  const finishedAtMs =
    latest(times) ?? latest(view.jobs.map((job) => isTrue(job.conditions, 'Complete')?.atMs ?? null));
  return completed(finishedAtMs);
}

export function completed(finishedAtMs: number | null): Judgement {
  return judged({ status: 'succeeded', reason: 'Completed', atMs: finishedAtMs, end: { exitCode: 0, finishedAtMs } });
}

function failedJob(view: RunView, condition: ConditionView): Judgement {
  if (condition.reason === 'DeadlineExceeded') return timeout(view, condition.atMs);
  return withPodCause(
    view,
    judged({
      status: 'failed',
      reason: 'ContainerFailed',
      message: condition.message,
      atMs: condition.atMs,
      end: { exitCode: null, finishedAtMs: condition.atMs },
    }),
  );
}

export function timeout(view: RunView, atMs: number): Judgement {
  const { timeoutSeconds } = view.settings;
  return judged({
    status: 'failed',
    reason: 'TimeoutExceeded',
    message:
      timeoutSeconds === null
        ? 'The run took longer than its time limit.'
        : `The run took longer than its time limit of ${timeoutSeconds} s.`,
    atMs,
    end: { exitCode: null, finishedAtMs: atMs },
  });
}

/** The newest failed pod says more than its owner. */
function withPodCause(view: RunView, judgement: Judgement): Judgement {
  const pod = newestFailed(view.pods);
  if (pod === null) return judgement;
  const { reason, message, exitCode, finishedAtMs } = failureOf(pod, view.settings.mainContainer);
  return {
    ...judgement,
    reason,
    message,
    end: { exitCode, finishedAtMs: finishedAtMs ?? judgement.end?.finishedAtMs ?? null },
  };
}

/** A failed pod of a Job without tries left ends the run at once: the Job itself says so later only. */
function lastFailure(view: RunView, pods: readonly PodView[]): Judgement | null {
  const { settings } = view;
  const jobs = view.jobs.filter((job) => settings.decidingRoles.includes(job.role));
  if (jobs.length === 0 || jobs.some((job) => job.hasOwnFailurePolicy)) return null;
  const failed = pods.filter((pod) => pod.phase === 'Failed');
  // The limit is that of the run, not of one try.
  const late = failed.find((pod) => pod.reason === 'DeadlineExceeded');
  if (late !== undefined) return timeout(view, mainEnd(late, settings.mainContainer)?.finishedAtMs ?? late.createdAtMs);
  const counted = failed.filter((pod) => !failureOf(pod, settings.mainContainer).isDisruption);
  const count = Math.max(counted.length, ...jobs.map((job) => job.failed));
  if (counted.length === 0 || count <= settings.maxRetries) return null;
  const finishedAtMs = latest(counted.map((pod) => mainEnd(pod, settings.mainContainer)?.finishedAtMs ?? null));
  return withPodCause(
    view,
    judged({ status: 'failed', reason: 'ContainerFailed', atMs: finishedAtMs, end: { exitCode: null, finishedAtMs } }),
  );
}
