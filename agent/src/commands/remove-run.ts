import type { Executor, Observed } from '../ports/executor.ts';
import { type AgentCommand, type Answer, isOlder } from './command.ts';

export interface RemoveWorld {
  readonly executor: Executor;
  readonly isFinalAcked: (observed: Observed) => boolean;
  /** Nothing about the run needs to be remembered any more. */
  readonly forget: (uuid: string) => Promise<void>;
}

/**
 * Forgets an ended run.
 *
 * Safe to receive twice: what is gone is `already`. Never before the control plane has acknowledged how the run ended,
 * for the files are the only other record of it (agent-and-kubernetes.md 4.3).
 */
export async function removeRun(
  command: Extract<AgentCommand, { kind: 'remove' }>,
  world: RemoveWorld,
): Promise<Answer> {
  const { run, artifacts } = command;
  const known = await world.executor.find(run.uuid);
  if (known !== null && known.run.attempt > run.attempt) return { kind: 'superseded' };
  if (known !== null && isOlder(run, known.run) && known.ended === null) return { kind: 'superseded' };
  if (known?.ended != null && !world.isFinalAcked(known)) {
    return {
      kind: 'retry',
      reason: 'FinalReportPending',
      message: 'The end of the run is not acknowledged yet.',
      afterMs: 5_000,
    };
  }
  const removed = await world.executor.remove(run.uuid, { artifacts });
  if (removed.kind === 'active')
    return { kind: 'retry', reason: 'StillActive', message: 'The run has not ended yet.', afterMs: 5_000 };
  await world.forget(run.uuid);
  return { kind: known === null ? 'already' : 'accepted' };
}
