import type { AgentCommand, Answer } from './command.ts';
import { observeRun } from './observe-run.ts';
import { type RemoveWorld, removeRun } from './remove-run.ts';
import { type StartWorld, startRun } from './start-run.ts';
import { type StopWorld, stopRun } from './stop-run.ts';

export interface CommandWorld extends StartWorld, StopWorld, RemoveWorld {
  /** The control plane has a lower epoch than one that we knew: it was restored from an older copy. */
  readonly isRegressed: () => boolean;
}

const regressed: Answer = {
  kind: 'retry',
  reason: 'EpochRegression',
  message:
    'The control plane seems to be restored from an older copy; the agent starts and removes nothing until a person has looked.',
  afterMs: 60_000,
};

/**
 * Does one command. With a control plane that went back in time nothing is removed, and nothing started either, since
 * what it believes to be new may have run already (agent-and-kubernetes.md 7, row 12); stops are safe and are done.
 */
export async function handleCommand(command: AgentCommand, world: CommandWorld): Promise<Answer> {
  switch (command.kind) {
    case 'start':
      return world.isRegressed() ? regressed : startRun(command, world);
    case 'stop':
      return stopRun(command, world);
    case 'remove':
      return world.isRegressed() ? regressed : removeRun(command, world);
    case 'observe':
      return observeRun(command, world);
    case 'unknown':
      return { kind: 'rejected', reason: 'Unsupported', message: 'This agent does not know the command.' };
  }
}
