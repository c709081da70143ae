import type { Reason } from '@tandem/shared/lifecycle';
import { failureOf, mainEnd } from './container-trouble.ts';
import { type Graces, type Judgement, judged } from './judgement.ts';
import { isOver, isTrue, latest, newestFailed } from './pods.ts';
import type { EventView, PodView, RunView } from './run-view.ts';

/** Rows 21 to 27: on its way, or running. */
export function progress(view: RunView, nowMs: number, graces: Graces): Judgement {
  const { settings, lead } = view;
  const live = view.pods.filter((pod) => !isOver(pod));
  const failed = newestFailed(view.pods);
  if (live.length === 0) return failed === null ? noPod(view, nowMs, graces) : retrying(view, failed);

  if (settings.kind === 'service') {
    const progressing = lead?.conditions.find((each) => each.type === 'Progressing');
    const replicaFailure = isTrue(lead?.conditions ?? [], 'ReplicaFailure');
    if (replicaFailure !== undefined) return replicasFailed(replicaFailure.message, replicaFailure.atMs);
    if (progressing?.reason === 'ProgressDeadlineExceeded')
      return judged({
        status: 'warning',
        reason: 'ReplicasFailed',
        message: progressing.message,
        atMs: progressing.atMs,
      });
  }
  const running = live.filter((pod) => isRunning(pod));
  const wanted = Object.values(settings.replicas).reduce((sum, count) => sum + count, 0) || 1;
  const finished = view.pods.filter((pod) => pod.phase === 'Succeeded').length;
  if (running.length > 0 && running.length + finished >= wanted) return judgeRunning(view, running);
  if (running.length > 0 && settings.kind === 'service') return judgeRunning(view, running);
  const first = live.find((pod) => !isRunning(pod)) ?? live[0];
  if (first === undefined) return noPod(view, nowMs, graces);
  if (running.length > 0)
    return judged({ status: 'starting', reason: 'Started', message: `${running.length} of ${wanted} replicas run.` });
  return starting(first, nowMs, graces);
}

const isRunning = (pod: PodView): boolean =>
  pod.phase === 'Running' &&
  (pod.containers.length === 0 ||
    pod.containers.some((each) => each.state.kind === 'running' || each.state.kind === 'terminated'));

function judgeRunning(view: RunView, running: readonly PodView[]): Judgement {
  const main = view.settings.mainContainer;
  const ends = running.map((pod) => mainEnd(pod, main));
  const atMs = latest(running.map((pod) => startOf(pod, main)));
  if (view.settings.kind !== 'service' && ends.every((end) => end !== null && end.exitCode === 0))
    return judged({
      status: 'processing',
      reason: 'Collecting',
      atMs: latest(ends.map((end) => end?.finishedAtMs ?? null)),
    });
  return judged({ status: 'running', reason: 'Running', atMs });
}

function startOf(pod: PodView, main: string): number | null {
  const state = pod.containers.find((each) => each.name === main)?.state;
  return state?.kind === 'running' ? state.startedAtMs : pod.startedAtMs;
}

/** Rows 25 and 26. */
function starting(pod: PodView, nowMs: number, graces: Graces): Judgement {
  const init = pod.init.find((each) => !each.isSidecar && each.state.kind === 'running');
  if (init !== undefined)
    return judged({
      status: 'starting',
      reason: 'Initializing',
      message: `Init step "${init.name}" is running.`,
      atMs: init.state.kind === 'running' ? init.state.startedAtMs : null,
    });
  const sinceMs = pod.startedAtMs ?? pod.createdAtMs;
  const isStuck = nowMs - sinceMs >= graces.events;
  return judged({
    status: 'starting',
    reason: pod.node === '' ? 'Accepted' : 'Started',
    atMs: pod.startedAtMs,
    againMs: isStuck ? graces.events : sinceMs + graces.events - nowMs,
    wantsEvents: isStuck,
  });
}

function retrying(view: RunView, failed: PodView): Judgement {
  const cause = failureOf(failed, view.settings.mainContainer);
  return judged({
    status: 'retrying',
    reason: cause.isDisruption ? cause.reason : 'Retrying',
    message: cause.message,
    atMs: cause.finishedAtMs,
    againMs: 5_000,
  });
}

/** Row 27: accepted, and nothing came of it yet. */
function noPod(view: RunView, nowMs: number, graces: Graces): Judgement {
  const createdAtMs = view.lead?.createdAtMs ?? nowMs;
  const waitedMs = nowMs - createdAtMs;
  const replicaFailure = isTrue(view.lead?.conditions ?? [], 'ReplicaFailure');
  if (replicaFailure !== undefined) return replicasFailed(replicaFailure.message, replicaFailure.atMs);
  const abouts = [view.lead?.uid, ...view.jobs.map((job) => job.uid)];
  const event = view.events
    .filter((each) => abouts.includes(each.about) && each.reason === 'FailedCreate')
    .reduce<EventView | null>((last, each) => (last === null || each.atMs >= last.atMs ? each : last), null);
  if (event === null) {
    const isStuck = waitedMs >= graces.events;
    return judged({
      status: 'starting',
      reason: 'Accepted',
      againMs: isStuck ? graces.events : graces.events - waitedMs,
      wantsEvents: isStuck,
    });
  }
  if (waitedMs < graces.noPod)
    return judged({ status: 'starting', reason: 'Accepted', againMs: graces.noPod - waitedMs, wantsEvents: true });
  const found = replicasFailed(event.message, event.atMs);
  // A quota frees itself when others end; what is missing comes only if somebody makes it.
  if (found.reason === 'MissingServiceAccount' && waitedMs >= graces.config)
    return { ...found, status: 'failed', atMs: nowMs, end: { exitCode: null, finishedAtMs: null } };
  return { ...found, againMs: graces.events, wantsEvents: true };
}

function replicasFailed(message: string, atMs: number): Judgement {
  const reason: Reason = /exceeded quota/i.test(message)
    ? 'ClusterQuota'
    : /service ?account/i.test(message)
      ? 'MissingServiceAccount'
      : /forbidden/i.test(message)
        ? 'Forbidden'
        : 'ReplicasFailed';
  return judged({ status: 'warning', reason, message, atMs });
}
