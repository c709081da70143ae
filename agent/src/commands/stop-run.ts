import type { Executor, Observed } from '../ports/executor.ts';
import { type AgentCommand, type Answer, isOlder } from './command.ts';

export interface StopWorld {
  readonly executor: Executor;
  /** Sends the state of a run once more. */
  readonly reportAgain: (observed: Observed) => void;
}

/**
 * Stops a run. `accepted` says that the stop will happen whatever becomes of the agent; the end itself is reported.
 *
 * Safe to receive twice and safe to overtake its start: the executor remembers a stop of what is not there. A run that
 * has ended keeps its end, which is reported once more, since who sends a stop has not seen it.
 */
export async function stopRun(command: Extract<AgentCommand, { kind: 'stop' }>, world: StopWorld): Promise<Answer> {
  const { run, stop } = command;
  const known = await world.executor.find(run.uuid);
  if (known !== null && isOlder(run, known.run)) return { kind: 'superseded' };
  const result = await world.executor.stop(run, stop.graceSeconds);
  const after = await world.executor.find(run.uuid);
  if (after?.ended != null) world.reportAgain(after);
  return { kind: result.kind === 'gone' && known !== null ? 'already' : 'accepted' };
}
