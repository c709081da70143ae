import type { StreamChunk, StreamControl } from '@tandem/proto';
import type { Clock, Timer } from '../ports/clock.ts';
import type { ControlPlane, StreamChannel } from '../ports/control-plane.ts';
import type { Connection, Executor } from '../ports/executor.ts';
import type { Log } from '../ports/log.ts';
import { Gate } from './gate.ts';

/** Most bytes of one message, either way. */
const mostBytes = 64 * 1024;
/** Messages of the reader that may wait for the service: what a service that does not read costs in memory. */
const window = 8;
/** A connection without a byte either way for so long is taken for forgotten, in ms. */
export const idleLimitMs = 60 * 60 * 1000;

/** What is to be connected, as the control plane's order has it. */
export interface ForwardOrder {
  readonly streamId: string;
  readonly sessionId: string;
  readonly runUuid: string;
  readonly port: number;
}

export interface ForwardOptions {
  readonly controlPlane: ControlPlane;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Joins one connection of a reader with one to a port of a run (decisions.md 64), until both directions have ended, either
 * side breaks, nothing moved for an hour, or `signal` fires. Each direction sends only what the other end has given credits
 * for, so that neither a service that floods nor a reader that sleeps fills memory here. Bytes are not looked at and not
 * kept. A second order with the same id is harmless, as for logs.
 */
export async function serveForward(order: ForwardOrder, options: ForwardOptions, signal: AbortSignal): Promise<void> {
  const { executor, log } = options;
  const { runUuid, port } = order;
  const stream = new Stream(order, options, signal);
  try {
    stream.send(undefined);
    const forwarded = await executor.forward(runUuid, port, stream.signal);
    if (forwarded.kind === 'refused') stream.refuse(forwarded.reason, forwarded.message);
    else await stream.join(forwarded.connection);
  } catch (error) {
    log.warn({ run: runUuid, port, problem: String(error) }, 'a forward failed');
    stream.refuse('Internal', 'The port could not be reached.');
  } finally {
    stream.close();
  }
}

/** Answers an order that is not carried out, with a reason of the wire and a sentence. */
export function refuseStream(
  { streamId, sessionId }: Pick<ForwardOrder, 'streamId' | 'sessionId'>,
  controlPlane: ControlPlane,
  reason: string,
  message: string,
): void {
  const nothing = (): void => undefined;
  const channel = controlPlane.openStream({ onControl: nothing, onDrain: nothing, onClose: nothing });
  channel.send({ streamId, sessionId, body: { $case: 'end', value: { reason, message } } });
  channel.end();
}

/** Our end of the call, and the way from there to the connection. */
class Stream {
  readonly #order: ForwardOrder;
  readonly #clock: Clock;
  readonly #channel: StreamChannel;
  readonly #gate = new Gate();
  readonly #over = new AbortController();
  readonly #inbox: Uint8Array[] = [];
  #inboxEnds = false;
  #isLost = false;
  #wake: () => void = () => undefined;
  #movedAtMs: number;
  #idle: Timer | null = null;
  readonly #undo: () => void;

  constructor(order: ForwardOrder, { controlPlane, clock }: ForwardOptions, signal: AbortSignal) {
    this.#order = order;
    this.#clock = clock;
    this.#movedAtMs = clock.monotonicMs();
    const stop = (): void => this.#stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#undo = () => signal.removeEventListener('abort', stop);
    this.#channel = controlPlane.openStream({
      onControl: (control) => this.#take(control),
      onDrain: () => this.#gate.drained(),
      onClose: () => this.#lose(),
    });
    if (signal.aborted) stop();
  }

  /** Fires when nothing more goes either way. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  send(body: StreamChunk['body']): void {
    const { streamId, sessionId } = this.#order;
    if (!this.#channel.send({ streamId, sessionId, body })) this.#gate.fill();
  }

  refuse(reason: string, message: string): void {
    this.send({ $case: 'end', value: { reason, message } });
  }

  /** Carries bytes until both directions have ended; a direction that breaks takes the other with it. */
  async join(connection: Connection): Promise<void> {
    const stop = (): void => connection.close();
    this.signal.addEventListener('abort', stop, { once: true });
    if (this.signal.aborted) stop();
    this.#watchIdle();
    this.send({ $case: 'credits', value: window });
    try {
      await Promise.all([this.#fromService(connection), this.#toService(connection)]);
    } catch {
      // Broken by the service, or by our own `stop`: the reader's end breaks as well.
      this.#stop();
    }
    if (this.signal.aborted && !this.#isLost) this.refuse('Broken', 'The connection to the service broke.');
    connection.close();
  }

  close(): void {
    this.#undo();
    this.#idle?.cancel();
    this.#stop();
    if (this.#isLost) this.#channel.cancel();
    else this.#channel.end();
  }

  async #fromService(connection: Connection): Promise<void> {
    for await (const bytes of connection.incoming) {
      for (let at = 0; at < bytes.length; at += mostBytes) {
        await this.#gate.pass();
        if (this.signal.aborted) return;
        this.send({ $case: 'data', value: Buffer.from(bytes.subarray(at, at + mostBytes)) });
        this.#movedAtMs = this.#clock.monotonicMs();
      }
    }
    if (!this.signal.aborted) this.send({ $case: 'end', value: { reason: '', message: '' } });
  }

  async #toService(connection: Connection): Promise<void> {
    while (!this.signal.aborted) {
      const bytes = this.#inbox[0];
      if (bytes !== undefined) {
        await connection.write(bytes);
        this.#inbox.shift();
        this.#movedAtMs = this.#clock.monotonicMs();
        this.send({ $case: 'credits', value: 1 });
      } else if (this.#inboxEnds) {
        connection.end();
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #take({ credits, close, data, end }: StreamControl): void {
    this.#gate.allow(credits);
    if (data.length > 0) {
      // More than was paid for, or behind the end: a broken control plane is not our memory.
      if (data.length > mostBytes || this.#inbox.length >= window || this.#inboxEnds) this.#lose();
      else this.#inbox.push(data);
    }
    if (end) this.#inboxEnds = true;
    if (close) this.#lose();
    this.#wake();
  }

  #watchIdle(): void {
    const quietMs = this.#clock.monotonicMs() - this.#movedAtMs;
    if (quietMs >= idleLimitMs) this.#stop();
    else this.#idle = this.#clock.after(idleLimitMs - quietMs, () => this.#watchIdle());
  }

  /** Nobody is at the other end of the call any more. */
  #lose(): void {
    this.#isLost = true;
    this.#stop();
  }

  #stop(): void {
    this.#over.abort();
    this.#gate.open();
    this.#wake();
  }
}
