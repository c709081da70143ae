import type { StateChange } from './record.ts';
import type { StepState } from './step-state.ts';

/** All that the next action on a run depends on. */
export interface RunView {
  readonly nowMs: number;
  readonly createdAtMs: number;
  readonly timeoutSeconds: number | null;
  readonly maxRetries: number;
  readonly tryNumber: number;
  readonly stop: {
    readonly atMs: number;
    readonly graceSeconds: number;
    readonly why: 'UserStop' | 'TimeoutExceeded';
    readonly signalledAtMs: number | null;
  } | null;
  readonly step: { readonly name: string; readonly role: 'init' | 'main'; readonly form: 'process' | 'function' };
  readonly state: StepState;
  /** A process was started for the step by this agent and has not claimed it yet. */
  readonly claiming: boolean;
}

/** What to do next with a run. */
export type Action =
  | { readonly kind: 'wait'; readonly untilMs: number | null }
  | { readonly kind: 'start' }
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'forbid' }
  | { readonly kind: 'give-up'; readonly why: 'TimeoutExceeded' }
  | { readonly kind: 'next-step' }
  | { readonly kind: 'retry'; readonly exitCode: number }
  | { readonly kind: 'succeed'; readonly exitCode: number; readonly finishedAtMs: number }
  | ({ readonly kind: 'end'; readonly exitCode: number | null; readonly finishedAtMs: number } & StateChange);

/**
 * The rules of a run's life, in order: what ended before the stop counts as it ended (L-05); a stop or a passed time
 * limit comes next; then each step follows the one before. Pure; asked again whenever anything may have changed.
 */
export function decide(view: RunView): Action {
  const { state, stop, nowMs } = view;
  // Once it was signalled it was still running when the stop came, whatever the coarse clock of file times says.
  const endedByItself =
    stop === null || (stop.signalledAtMs === null && state.kind === 'exited' && state.atMs <= stop.atMs);
  if (state.kind === 'exited' && endedByItself) return afterExit(view, state.code, state.atMs);
  if (stop !== null) return whileStopping(view, stop);
  if (state.kind === 'lost') return vanished(nowMs);
  if (state.kind === 'forbidden') return vanished(nowMs);
  const deadlineMs = view.timeoutSeconds === null ? null : view.createdAtMs + view.timeoutSeconds * 1000;
  if (deadlineMs !== null && nowMs >= deadlineMs) return { kind: 'give-up', why: 'TimeoutExceeded' };
  if (state.kind === 'unclaimed' && !view.claiming) return { kind: 'start' };
  return { kind: 'wait', untilMs: deadlineMs };
}

function afterExit(view: RunView, code: number, atMs: number): Action {
  if (view.step.role === 'init') {
    if (code === 0) return { kind: 'next-step' };
    return {
      kind: 'end',
      status: 'failed',
      reason: 'InitFailed',
      message: `Init step "${view.step.name}" ended with exit code ${code}.`,
      exitCode: code,
      finishedAtMs: atMs,
    };
  }
  if (code === 0) return { kind: 'succeed', exitCode: 0, finishedAtMs: atMs };
  if (view.tryNumber <= view.maxRetries) return { kind: 'retry', exitCode: code };
  return {
    kind: 'end',
    status: 'failed',
    reason: 'ContainerFailed',
    message: `The command ended with exit code ${code}.`,
    exitCode: code,
    finishedAtMs: atMs,
  };
}

function whileStopping(view: RunView, stop: NonNullable<RunView['stop']>): Action {
  const { state, nowMs } = view;
  if (state.kind === 'running') {
    if (stop.signalledAtMs === null) return { kind: 'signal', signal: 'SIGTERM' };
    const forceAtMs = stop.signalledAtMs + stop.graceSeconds * 1000;
    return nowMs >= forceAtMs ? { kind: 'signal', signal: 'SIGKILL' } : { kind: 'wait', untilMs: forceAtMs };
  }
  // A process that is just being started could still claim: take the claim first, then nobody can.
  if (state.kind === 'unclaimed' && view.step.form === 'process') return { kind: 'forbid' };
  const exited = state.kind === 'exited' ? state : null;
  const end = { kind: 'end', exitCode: exited?.code ?? null, finishedAtMs: exited?.atMs ?? nowMs } as const;
  return stop.why === 'UserStop'
    ? { ...end, status: 'stopped', reason: 'UserStop', message: 'The run was stopped.' }
    : {
        ...end,
        status: 'failed',
        reason: 'TimeoutExceeded',
        message: `The run took longer than ${view.timeoutSeconds ?? 0} s.`,
      };
}

function vanished(nowMs: number): Action {
  return {
    kind: 'end',
    status: 'failed',
    reason: 'DeletedExternally',
    message: 'The process of the run vanished without an exit code.',
    exitCode: null,
    finishedAtMs: nowMs,
  };
}
