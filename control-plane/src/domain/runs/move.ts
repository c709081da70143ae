import { mayMove, type Reason, type Status } from '@tandem/shared/lifecycle';

/** The columns of a run that every decision about it needs, as read from its row. */
export interface RunHead {
  readonly id: number;
  /** 32 hex digits. */
  readonly uuid: string;
  readonly status: Status;
  /** Guard of the next write: it rises with every move. */
  readonly version: number;
  readonly attempt: number;
  readonly generation: number;
  readonly agentId: number | null;
}

/** One status change. The only form in which a status is ever written (orchestration.md 0.2). */
export interface Move {
  readonly run: RunHead;
  readonly next: Status;
  readonly reason: Reason;
  /** For people; at most 4,096 characters are kept. */
  readonly message: string;
  /** `control-plane`, `user:NAME` or `agent:NAME`. */
  readonly writer: string;
  readonly meta?: Readonly<Record<string, string>>;
  readonly set?: MovePatch;
}

/** What else changes in the same statement. */
export interface MovePatch {
  readonly gates?: number;
  readonly reportSeq?: bigint;
  readonly exitCode?: number;
  /** Adds one: what the agent was told before is superseded. */
  readonly nextGeneration?: boolean;
  /** True: the cluster holds nothing of the run any more. False: it may. */
  readonly released?: boolean;
  /** Wire JSON of a map. */
  readonly outputs?: string;
}

const longest = 4096;

/**
 * Makes a message storable: no NUL and no half of a surrogate pair, which Postgres refuses; a long one is cut in the
 * middle, with a mark, so that both its beginning and its end stay (orchestration.md 1.3).
 */
export function cutMessage(text: string): string {
  const message = text.replaceAll('\0', '').toWellFormed();
  if (message.length <= longest) return message;
  const mark = ' … ';
  const half = (longest - mark.length) >> 1;
  return message.slice(0, half) + mark + message.slice(-half);
}

/**
 * Makes a move, after asking the table of transitions. A move that the table does not have is a bug of the caller:
 * users and agents are answered before it comes to this.
 */
export function transition(
  run: RunHead,
  next: Status,
  because: Omit<Move, 'run' | 'next' | 'message'> & { message?: string },
): Move {
  if (!mayMove(run.status, next)) throw new Error(`Run ${run.uuid} cannot go from ${run.status} to ${next}.`);
  return { ...because, run, next, message: cutMessage(because.message ?? '') };
}
