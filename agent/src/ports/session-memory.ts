import type { RunKey } from '../compile/pod-plan.ts';

/** What a session must still know after the agent was killed. */
export interface SessionMemory {
  /** Highest epoch ever welcomed; 0n before the first. */
  lastEpoch(): bigint;
  /** Kept durably before it returns. A lower one than the known is ignored. */
  rememberEpoch(epoch: bigint): Promise<void>;
  /** Whether the final report of this attempt with this `seq` or a higher one was acknowledged. */
  isFinalAcked(uuid: string, attempt: number, seq: bigint): boolean;
  /** Kept durably before it returns. */
  rememberFinalAck(run: Pick<RunKey, 'uuid' | 'attempt'>, seq: bigint): Promise<void>;
  /** The run was removed: nothing about it is needed any more. */
  forget(uuid: string): Promise<void>;
}
