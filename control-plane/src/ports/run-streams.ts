import type { Duplex } from 'node:stream';

export interface LogLine {
  /** ISO-8601 with milliseconds and `Z`, by the node's clock. */
  readonly at: string;
  readonly pod: string;
  readonly container: string;
  readonly node: string;
  /** Masked, cleaned, at most 16 KiB. */
  readonly text: string;
}

export interface LogQuery {
  /** Position from a former answer; empty for the beginning. */
  readonly cursor: string;
  /** Stay and send lines as they come, until the run ends. */
  readonly follow: boolean;
  /** Only the last so many lines; 0 for all. */
  readonly tail: number;
}

export interface LogChunk {
  readonly lines: readonly LogLine[];
  /** Ask with this one to go on behind these lines. */
  readonly cursor: string;
}

/** What only the cluster can give about a run: relayed from its agent, never stored here (trust.md 2.1). */
export interface RunStreams {
  /**
   * The logs of a run, in order. Throws `Outage` with the code `agent-away` when no session of the agent is open, or when it
   * goes away before all was told.
   * Ends when the signal fires or nothing more will come.
   */
  logs(
    run: { readonly uuid: string; readonly agentId: number | null },
    query: LogQuery,
    signal: AbortSignal,
  ): AsyncIterable<LogChunk>;
  /**
   * A connection to a port of a run, as bytes in both directions, each of which ends by itself. Resolves when the service has
   * taken the connection. Rejects with a `Refusal` when the run does not serve the port, and with an `Outage` when the agent
   * or the service is away. `signal` ends the attempt, not the connection.
   */
  forward(
    run: { readonly uuid: string; readonly agentId: number | null },
    port: number,
    signal: AbortSignal,
  ): Promise<Duplex>;
}
