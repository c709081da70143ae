/** What time alone brings about. Each call does a bounded piece and is safe to repeat, on any replica. */
export interface Deadlines {
  /** Agents that were not heard of become offline, then silent. Gives how many changed. */
  markAgents(): Promise<number>;
  /** Runs of silent agents become `unknown`. Gives the uuids of those that moved. */
  markUnknown(): Promise<readonly string[]>;
  /** Stops that were never confirmed end for their users. Gives the uuids of those that moved. */
  giveUpStops(): Promise<readonly string[]>;
  /** Old idempotency keys and answered commands vanish. */
  forget(): Promise<number>;
}
