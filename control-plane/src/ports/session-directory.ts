import type { RunStreams } from './run-streams.ts';

/** The last line of a relayed answer: without it the answer broke off, and the reader must come again. */
export const endOfLogs = '{"end":true}';

/** Which other replica holds an agent's session, as something that streams can be asked of. */
export interface SessionDirectory {
  /** Null when no other replica holds one, as far as is known. */
  holderOf(agentId: number): Promise<RunStreams | null>;
}
