import type { AgentCommand, Answer } from './command.ts';
import type { StopWorld } from './stop-run.ts';

/** Reports once more what is there. Safe to receive any number of times: the same state is the same report. */
export async function observeRun(
  command: Extract<AgentCommand, { kind: 'observe' }>,
  world: StopWorld,
): Promise<Answer> {
  const known = await world.executor.find(command.run.uuid);
  if (known === null) return { kind: 'rejected', reason: 'DeletedExternally', message: 'Nothing of this run is here.' };
  world.reportAgain(known);
  return { kind: 'accepted' };
}
