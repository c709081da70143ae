import type { Reason, Status } from '@tandem/shared/lifecycle';
import type { PodPlan, RunKey, RunKind } from '../compile/pod-plan.ts';

/**
 * Where runs really run. Processes and Kubernetes stand behind it; nothing above it knows which.
 *
 * What exists is read from the executor's own world (objects, files), never from memory, so every call is safe after a
 * restart and safe to repeat. An outage of that world is thrown as `Outage`; the command is then answered `retry`.
 */
export interface Executor {
  readonly kinds: readonly RunKind[];
  /**
   * How a start of this attempt and generation relates to what is there: `already`, `superseded`, or `retry` while a former
   * attempt still lives. Null: nothing is in its way. Asked before compiling, so that a repeated start gets the same answer
   * whatever changed in the meantime.
   */
  standing(run: RunKey): Promise<ApplyResult | null>;
  /** Makes the run, once for (uuid, attempt), whatever happens between this call and its answer. */
  apply(plan: PodPlan, extra: ApplyExtra): Promise<ApplyResult>;
  /**
   * Ends what there is: politely, and after the grace period by force. Answers at once; the end comes by `watch`.
   * Where nothing of the attempt exists, the stop is remembered durably, so that a start of the same or an older
   * generation that comes late makes nothing (agent-and-kubernetes.md 7, row 9); it shows as a run that ended `stopped`.
   */
  stop(run: RunKey, graceSeconds: number): Promise<StopResult>;
  /** Forgets an ended run; its artifacts only when asked. */
  remove(uuid: string, options: { readonly artifacts: boolean }): Promise<RemoveResult>;
  /** What is there of one run now; null: nothing. */
  find(uuid: string): Promise<Observed | null>;
  /** All that this agent owns there, ended or not. */
  list(): AsyncIterable<Observed>;
  /** Calls back with every change, and once with everything that is there at the start. Ends when the signal aborts. */
  watch(onChange: (observed: Observed) => void, signal: AbortSignal): Promise<void>;
  /** Raw lines of all containers of a run, in order, from a cursor. With `follow` it ends when the run has ended. */
  logs(uuid: string, query: LogQuery, signal: AbortSignal): AsyncIterable<LogChunk>;
  /**
   * Connects to a port of a run where it runs. Only to ports that the run declared: whoever may forward must not reach the
   * rest of the network by it. `signal` ends the attempt, not the connection.
   */
  forward(uuid: string, port: number, signal: AbortSignal): Promise<Forwarded>;
}

export type Forwarded =
  | { readonly kind: 'open'; readonly connection: Connection }
  | { readonly kind: 'refused'; readonly reason: ForwardRefusal; readonly message: string };

/** Words of the wire for a connection that is not made. */
export type ForwardRefusal = 'NotFound' | 'RunEnded' | 'PortNotDeclared' | 'NotReady' | 'NoAnswer';

/** One connection, as bytes. Each direction ends by itself; nothing is read ahead of who takes it. */
export interface Connection {
  /** What the other side sends, to its end. Throws when the connection breaks. Read once. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Resolves when the bytes have left; rejects when the connection is broken. */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more will be written; the other side is told. */
  end(): void;
  /** Breaks it at once, both ways. Safe to call again. */
  close(): void;
}

export interface ApplyExtra {
  /** Credential of the run for the control plane; written to a file only the run can read. */
  readonly runToken: string;
  readonly traceparent: string | null;
}

export type ApplyResult =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'already' }
  /** A newer intent was seen for the attempt: a stop came first. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'rejected'; readonly reason: Reason; readonly message: string }
  | { readonly kind: 'retry'; readonly reason: Reason; readonly message: string; readonly afterMs: number };

export type StopResult = { readonly kind: 'gone' } | { readonly kind: 'stopping' };

export type RemoveResult =
  | { readonly kind: 'removed' }
  /** It still runs: stop it first. */
  | { readonly kind: 'active' };

/** State of one run as its world shows it now. */
export interface Observed {
  readonly run: RunKey;
  readonly status: Status;
  readonly reason: Reason;
  readonly message: string;
  /** Rises with every change that is worth a report, within the attempt; kept over restarts. */
  readonly seq: bigint;
  /** When it became so, by the agent's clock, in ms. */
  readonly atMs: number;
  readonly ended: Ended | null;
  readonly pods: readonly { readonly name: string; readonly phase: string; readonly node: string }[];
}

/** How a run ended. */
export interface Ended {
  readonly finishedAtMs: number;
  readonly exitCode: number | null;
  /** Wire JSON of the outputs that the run wrote; null if it wrote none. */
  readonly outputs: Uint8Array | null;
  readonly artifacts: readonly ArtifactFound[];
}

export interface ArtifactFound {
  readonly name: string;
  readonly kind: string;
  /** Relative to the run's folder. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export interface LogQuery {
  readonly cursor: string;
  readonly follow: boolean;
  /** Only the last so many lines; 0 for all. */
  readonly tail: number;
}

export interface LogChunk {
  readonly lines: readonly RawLine[];
  /** Where to go on. */
  readonly cursor: string;
  /** False while the reader still catches up with what was there when it came. */
  readonly live: boolean;
}

export interface RawLine {
  readonly atMs: number;
  readonly pod: string;
  readonly container: string;
  readonly node: string;
  /** As the process wrote it, without its line end, not yet masked or cleaned; at most 64 KiB. */
  readonly bytes: Uint8Array;
  /** The line was longer than that; its rest is left out. */
  readonly cut: boolean;
}
