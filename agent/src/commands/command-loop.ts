import type { Chance } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { Outage } from '../ports/outage.ts';
import type { AgentCommand, Answer } from './command.ts';
import { serialByKey } from './serial-by-key.ts';
import { slots } from './slots.ts';

/** Starts of different runs that are done side by side (ADR 28); nothing else waits for its turn, least of all a stop. */
export const sideBySide = 192;
/** Refused starts that are remembered; the oldest are forgotten first. */
const mostRefusals = 10_000;
/** How often a command that throws is tried before it is rejected. */
const mostTries = 3;

export interface CommandLoopOptions {
  readonly handle: (command: AgentCommand) => Promise<Answer>;
  readonly onAnswer: (command: AgentCommand, answer: Answer) => void;
  readonly chance: Chance;
  readonly log: Log;
  /** Most commands that may be under way; what comes above is dropped and delivered again later. */
  readonly mostInFlight: number;
}

export interface CommandLoop {
  /** Takes a command. One that is under way already is ignored: its answer will come. */
  receive(command: AgentCommand): void;
  /** Starts that are under way: room that is as good as taken. */
  pendingStarts(): number;
  /** The highest number up to which every command of this process was answered; 0n before the first. */
  handledUpTo(): bigint;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/**
 * Does commands: those of one run one after another in the order of arrival, those of different runs side by side. A
 * command that throws is tried again, and then rejected with an incident id, so that it never holds up the others.
 *
 * A start that made nothing makes nothing for ever: the control plane puts the run back into its queue on that answer, so
 * a second copy of the same command that came late must not start it after all. Memory is enough for that, since what
 * another process of this agent was sent is under an older epoch, and its answers are not read any more.
 */
export function commandLoop(options: CommandLoopOptions): CommandLoop {
  const inOrder = serialByKey();
  const free = slots(sideBySide);
  const underWay = new Map<string, AgentCommand>();
  const refusals = new Map<string, Answer>();
  const waiters: (() => void)[] = [];
  let highest = 0n;

  const answerOnce = async (command: AgentCommand): Promise<Answer> => {
    const before = refusals.get(command.id);
    if (before !== undefined) return before;
    const isStart = command.kind === 'start';
    const answer = await (isStart ? free(() => answerOf(command, options)) : answerOf(command, options));
    if (isStart && (answer.kind === 'retry' || answer.kind === 'rejected')) remember(refusals, command.id, answer);
    return answer;
  };

  const work = async (command: AgentCommand): Promise<void> => {
    const answer = await answerOnce(command);
    underWay.delete(command.id);
    if (command.seq > highest) highest = command.seq;
    options.onAnswer(command, answer);
    if (underWay.size === 0) for (const done of waiters.splice(0)) done();
  };

  return {
    receive: (command) => {
      if (underWay.has(command.id) || underWay.size >= options.mostInFlight) return;
      underWay.set(command.id, command);
      void inOrder(command.run.uuid, () => work(command));
    },
    pendingStarts: () => [...underWay.values()].filter((command) => command.kind === 'start').length,
    handledUpTo: () => {
      const pending = [...underWay.values()].map((command) => command.seq - 1n);
      return pending.reduce((least, seq) => lower(least, seq), highest);
    },
    idle: () => (underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
}

function remember(refusals: Map<string, Answer>, id: string, answer: Answer): void {
  refusals.set(id, answer);
  const oldest = refusals.keys().next().value;
  if (refusals.size > mostRefusals && oldest !== undefined) refusals.delete(oldest);
}

function lower(left: bigint, right: bigint): bigint {
  // Math.min takes no bigint.
  if (right < left) return right;
  return left;
}

/** Never rejects. */
async function answerOf(command: AgentCommand, { handle, chance, log }: CommandLoopOptions): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await handle(command);
    } catch (error) {
      if (error instanceof Outage)
        return { kind: 'retry', reason: 'StartNotMade', message: error.message, afterMs: error.afterMs };
      if (tries < mostTries) continue;
      const incident = chance.id();
      log.error(
        { incident, command: command.id, kind: command.kind, run: command.run.uuid, problem: describe(error) },
        'a command failed in a way that is a bug',
      );
      return { kind: 'rejected', reason: 'Internal', message: `A fault of the agent; incident ${incident}.` };
    }
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
