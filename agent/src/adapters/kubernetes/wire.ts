import type { Readable } from 'node:stream';

/**
 * What of one lane is under way never keeps another lane waiting. `starts`: what makes the objects of a run, since many come
 * at once. `urgent`: what must not be late, such as the lease. `streams`: answers that last, such as watches and logs.
 */
export type Lane = 'usual' | 'starts' | 'urgent' | 'streams';

/** Lanes of calls, whose answers end soon. */
export type CallLane = Exclude<Lane, 'streams'>;

/** A request with all that goes over the wire. */
export interface WireRequest {
  readonly lane: Lane;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal | undefined;
  /** Longest silence of the server before it counts as lost, in ms; null: it may be silent. */
  readonly limitMs: number | null;
}

/** An answer from its head on; `body` throws where it breaks off. */
export interface WireAnswer {
  readonly code: number;
  readonly date: string | undefined;
  readonly retryAfter: string | undefined;
  readonly body: Readable;
}

/** One way of speaking to an API server. */
export interface Wire {
  /** Rejects with `ApiProblem` of code 0 where no answer begins. */
  ask(request: WireRequest): Promise<WireAnswer>;
  close(): void;
}
