import { randomUUID } from 'node:crypto';
import type { StreamChunk, StreamControl } from '@tandem/proto';
import { Outage } from '../../domain/outage.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogChunk, LogQuery } from '../../ports/run-streams.ts';
import type { AgentSession } from './agent-session.ts';

/** Our end of the agent's `Stream` call. */
export interface StreamCall {
  send(control: StreamControl): void;
  close(): void;
}

/** Chunks that may be on their way to one reader: what a slow reader costs in memory. */
const window = 8;
/** How long an agent may take to open the stream that it was asked for. */
const patienceMs = 10_000;

/**
 * Brings bytes from an agent to one reader, and stores none (README decision 6). The agent sends only what the reader has
 * asked for: a chunk is paid for with a credit, and a credit comes back when the reader has taken the chunk.
 */
export class StreamRelay {
  readonly #clock: Clock;
  readonly #readers = new Map<string, Reader>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks the agent for a run's log lines. Throws `Outage('agent-away')` when it does not open the stream. */
  async *logs(session: AgentSession, runUuid: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogChunk> {
    const streamId = randomUUID();
    const reader = new Reader();
    this.#readers.set(streamId, reader);
    const onAbort = (): void => reader.end();
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel = this.#clock.after(patienceMs, () => {
      if (!reader.isAttached) reader.fail(new Outage('agent-away', 'The agent did not answer in time.'));
    });
    session.send({ $case: 'openStream', value: { streamId, runUuid, what: { $case: 'logs', value: query } } });
    try {
      for (let chunk = await reader.next(); chunk !== null; chunk = await reader.next()) yield chunk;
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
      this.#readers.delete(streamId);
      reader.end();
    }
  }

  /** A chunk from an agent. False: nobody reads this stream (any more), so the call should end. */
  take(chunk: StreamChunk, call: StreamCall): boolean {
    const reader = this.#readers.get(chunk.streamId);
    if (reader === undefined) return false;
    reader.attach(call);
    if (chunk.body?.$case === 'lines') reader.push(toLogChunk(chunk.body.value));
    else if (chunk.body?.$case === 'end') endReader(reader, chunk.body.value.reason, chunk.body.value.message);
    return true;
  }

  /**
   * The call has ended. What came is delivered; if the agent had not said that this was all, the reader is told so, since
   * lines may be missing: with its cursor it can come again.
   */
  detach(streamId: string): void {
    this.#readers.get(streamId)?.lose(new Outage('agent-away', 'The agent went away before the end of the log.'));
  }
}

function endReader(reader: Reader, reason: string, message: string): void {
  if (reason === '' || reason === 'NotFound') reader.end();
  else reader.fail(new Outage('agent-away', message));
}

function toLogChunk(lines: {
  readonly lines: readonly { atMs: bigint; pod: string; container: string; node: string; text: string }[];
  readonly cursor: string;
}): LogChunk {
  return {
    cursor: lines.cursor,
    lines: lines.lines.map((line) => ({
      at: new Date(Number(line.atMs)).toISOString(),
      pod: line.pod,
      container: line.container,
      node: line.node,
      text: line.text,
    })),
  };
}

/** One reader's queue, at most `window` chunks long since the agent has no credit for more. */
class Reader {
  readonly #chunks: LogChunk[] = [];
  #call: StreamCall | null = null;
  #ended = false;
  #failure: Outage | null = null;
  #wake: () => void = () => undefined;

  get isAttached(): boolean {
    return this.#call !== null;
  }

  attach(call: StreamCall): void {
    if (this.#call !== null) return;
    this.#call = call;
    call.send({ credits: window, close: false });
  }

  push(chunk: LogChunk): void {
    // An agent that sends without credit is broken or hostile: its reader is not our memory.
    if (this.#chunks.length >= window * 2)
      this.fail(new Outage('agent-away', 'The agent sent more than it was asked for.'));
    else this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    if (!this.#ended) this.#call?.send({ credits: 0, close: true });
    this.#ended = true;
    this.#call?.close();
    this.#wake();
  }

  /** Changes nothing once the reader has ended. */
  lose(outage: Outage): void {
    if (!this.#ended) this.fail(outage);
  }

  fail(outage: Outage): void {
    this.#failure = outage;
    this.end();
  }

  async next(): Promise<LogChunk | null> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        if (!this.#ended) this.#call?.send({ credits: 1, close: false });
        return chunk;
      }
      if (this.#failure !== null) throw this.#failure;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
