import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { StreamChunk } from '@tandem/proto';
import { Outage } from '../../domain/outage.ts';
import { impossible } from '../../domain/refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogChunk, LogQuery } from '../../ports/run-streams.ts';
import type { AgentSession } from './agent-session.ts';
import { ForwardedConnection } from './forwarded-connection.ts';
import { control, type StreamCall, type StreamReader } from './stream-reader.ts';

/** Chunks that may be on their way to one reader: what a slow reader costs in memory. */
const window = 8;
/** How long an agent may take to open the stream that it was asked for. */
const patienceMs = 10_000;
/** How long a forward may take until the service has the connection; the agent gives up earlier. */
const openingMs = 15_000;

/**
 * Brings bytes from an agent to one reader, and stores none (README decision 6). The agent sends only what the reader has
 * asked for: a chunk is paid for with a credit, and a credit comes back when the reader has taken the chunk.
 */
export class StreamRelay {
  readonly #clock: Clock;
  readonly #readers = new Map<string, StreamReader>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks the agent for a run's log lines. Throws `Outage('agent-away')` when it does not open the stream. */
  async *logs(session: AgentSession, runUuid: string, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogChunk> {
    const streamId = randomUUID();
    const reader = new LogReader();
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

  /** Asks the agent to connect to a port of a run. Rejects as `RunStreams.forward` says. */
  async forward(session: AgentSession, runUuid: string, port: number, signal: AbortSignal): Promise<Duplex> {
    if (!session.can('forward')) {
      const message = 'The agent of this run is too old to forward ports; its admin has to update it.';
      throw impossible('forward/agent-too-old', message);
    }
    const streamId = randomUUID();
    const connection = new ForwardedConnection();
    this.#readers.set(streamId, connection);
    connection.once('close', () => {
      // In order, the call goes on until the agent ends it; what comes until then must still find its way.
      if (!connection.readableEnded || !connection.writableFinished) this.#readers.delete(streamId);
    });
    const onAbort = (): void => void connection.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const cancel = this.#clock.after(openingMs, () => {
      connection.destroy(new Outage('agent-away', 'The agent did not answer in time.'));
    });
    session.send({ $case: 'openStream', value: { streamId, runUuid, what: { $case: 'forward', value: { port } } } });
    try {
      await connection.opened;
      return connection;
    } catch (error) {
      this.#readers.delete(streamId);
      throw error;
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Streams that somebody reads or that an agent still has to end. */
  get size(): number {
    return this.#readers.size;
  }

  /** A chunk from an agent. False: nobody reads this stream (any more), so the call should end. */
  take(chunk: StreamChunk, call: StreamCall): boolean {
    const reader = this.#readers.get(chunk.streamId);
    if (reader === undefined) return false;
    reader.attach(call);
    reader.receive(chunk.body);
    return true;
  }

  /** The call's buffer has room again. */
  drained(streamId: string): void {
    this.#readers.get(streamId)?.drained();
  }

  /** The call has ended. What came is delivered; if the agent had not said that this was all, the reader is told so. */
  detach(streamId: string): void {
    this.#readers.get(streamId)?.lose();
    this.#readers.delete(streamId);
  }
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
class LogReader implements StreamReader {
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
    call.send(control({ credits: window }));
  }

  receive(body: StreamChunk['body']): void {
    if (body?.$case === 'lines') this.#push(toLogChunk(body.value));
    else if (body?.$case === 'end') this.#takeEnd(body.value.reason, body.value.message);
  }

  /** Nothing large is sent to the agent, so nothing waits. */
  drained(): void {}

  /** Lines may be missing: with its cursor the reader can come again. Changes nothing once the reader has ended. */
  lose(): void {
    if (!this.#ended) this.fail(new Outage('agent-away', 'The agent went away before the end of the log.'));
  }

  #takeEnd(reason: string, message: string): void {
    if (reason === '' || reason === 'NotFound') this.end();
    else this.fail(new Outage('agent-away', message));
  }

  #push(chunk: LogChunk): void {
    // An agent that sends without credit is broken or hostile: its reader is not our memory.
    if (this.#chunks.length >= window * 2)
      this.fail(new Outage('agent-away', 'The agent sent more than it was asked for.'));
    else this.#chunks.push(chunk);
    this.#wake();
  }

  end(): void {
    if (!this.#ended) this.#call?.send(control({ close: true }));
    this.#ended = true;
    this.#call?.close();
    this.#wake();
  }

  fail(outage: Outage): void {
    this.#failure = outage;
    this.end();
  }

  async next(): Promise<LogChunk | null> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        if (!this.#ended) this.#call?.send(control({ credits: 1 }));
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
