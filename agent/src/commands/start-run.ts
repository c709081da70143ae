import type { StartRun } from '@tandem/proto';
import type { PodPlan, RunKey } from '../compile/pod-plan.ts';
import type { Staged } from '../compile/staged.ts';
import type { Executor } from '../ports/executor.ts';
import type { AgentCommand, Answer } from './command.ts';

export interface StartWorld {
  readonly executor: Executor;
  /** All of stage 2. */
  readonly compile: (start: StartRun, run: RunKey) => Staged<PodPlan>;
  /** Now, by the control plane's clock, in ms. */
  readonly serverNowMs: () => number;
}

/**
 * Starts a run: finishes its compilation and gives it to the executor.
 *
 * Safe to receive twice, since the executor makes an attempt once and answers `already`. What is too old is not started:
 * nobody waits for it any more (agent-and-kubernetes.md 4.3).
 */
export async function startRun(command: Extract<AgentCommand, { kind: 'start' }>, world: StartWorld): Promise<Answer> {
  const { start, run, notAfterMs } = command;
  const standing = await world.executor.standing(run);
  if (standing !== null) return standing;
  if (notAfterMs !== 0 && world.serverNowMs() > notAfterMs) {
    return { kind: 'rejected', reason: 'Expired', message: 'The start order was too old when it arrived.' };
  }
  const compiled = world.compile(start, run);
  if (!compiled.ok) return { kind: 'rejected', reason: compiled.reason, message: compiled.message };
  return world.executor.apply(compiled.value, {
    runToken: start.runToken,
    traceparent: start.traceparent === '' ? null : start.traceparent,
  });
}
