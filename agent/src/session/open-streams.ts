import type { OpenStream } from '@tandem/proto';
import { refuseStream, serveForward } from './forward-stream.ts';
import { serveLogs } from './log-stream.ts';
import type { SessionOptions } from './session-options.ts';

/** Most readers of logs at once. */
const mostLogs = 64;
/** Most connections that are forwarded at once: with both windows full they take 128 MiB. */
const mostForwards = 128;
/** What an ended run has still sent may take so long to arrive, in ms. */
const lingerMs = 10_000;

/** What streams need of a session's options. */
export type StreamOptions = Pick<SessionOptions, 'controlPlane' | 'executor' | 'masker' | 'clock' | 'log'>;

interface Forward {
  readonly runUuid: string;
  readonly stop: AbortController;
}

/** The calls that are open for readers of this agent's runs, beside its session. */
export class OpenStreams {
  readonly #options: StreamOptions;
  readonly #logs = new Map<string, AbortController>();
  readonly #forwards = new Map<string, Forward>();

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** Carries an order out. One that came before is under way already. */
  open(order: OpenStream, sessionId: string): void {
    const { streamId, what } = order;
    switch (what?.$case) {
      case 'logs':
        this.#openLogs(order, sessionId);
        return;
      case 'forward':
        this.#openForward(order, what.value.port, sessionId);
        return;
      default:
        refuseStream(
          { streamId, sessionId },
          this.#options.controlPlane,
          'Unsupported',
          'This agent is too old for what is asked of it.',
        );
    }
  }

  /** The run has ended: connections to it end, after what it has still sent. Its logs are read on. */
  endRun(uuid: string): void {
    for (const { runUuid, stop } of this.#forwards.values())
      if (runUuid === uuid) this.#options.clock.after(lingerMs, () => stop.abort());
  }

  /** Readers of logs come again by themselves; a connection would be lost, so it goes on until its call ends. */
  closeLogs(): void {
    for (const stop of this.#logs.values()) stop.abort();
  }

  closeAll(): void {
    this.closeLogs();
    for (const { stop } of this.#forwards.values()) stop.abort();
  }

  #openLogs(order: OpenStream, sessionId: string): void {
    if (this.#logs.has(order.streamId) || this.#logs.size >= mostLogs) return;
    const stop = new AbortController();
    this.#logs.set(order.streamId, stop);
    serveLogs(order, sessionId, this.#options, stop.signal)
      .catch((error: unknown) => this.#failed(order, error))
      .finally(() => this.#logs.delete(order.streamId));
  }

  #openForward({ streamId, runUuid }: OpenStream, port: number, sessionId: string): void {
    if (this.#forwards.has(streamId)) return;
    const order = { streamId, sessionId, runUuid, port };
    if (this.#forwards.size >= mostForwards) {
      const message = `The agent forwards ${mostForwards} connections already, which is the most; close some.`;
      refuseStream(order, this.#options.controlPlane, 'TooManyConnections', message);
      return;
    }
    const stop = new AbortController();
    this.#forwards.set(streamId, { runUuid, stop });
    serveForward(order, this.#options, stop.signal)
      .catch((error: unknown) => this.#failed(order, error))
      .finally(() => this.#forwards.delete(streamId));
  }

  #failed({ runUuid }: Pick<OpenStream, 'runUuid'>, error: unknown): void {
    this.#options.log.warn({ run: runUuid, problem: String(error) }, 'a stream failed');
  }
}
