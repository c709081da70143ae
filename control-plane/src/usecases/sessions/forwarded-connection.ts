import { Duplex } from 'node:stream';
import type { StreamChunk } from '@tandem/proto';
import { deferred } from '@tandem/shared/promises';
import { Outage } from '../../domain/outage.ts';
import { impossible } from '../../domain/refusal.ts';
import { control, type StreamCall, type StreamReader } from './stream-reader.ts';

/** Most bytes of one message, either way. */
const mostBytes = 64 * 1024;
/** Messages that may be on their way to the reader: what one that does not read costs in memory. */
const window = 8;
/** Longest sentence of an agent that is passed on. */
const longestSentence = 500;

/**
 * One connection to a port of a run, as our end of it: a stream of bytes both ways, over the agent's call. Nothing is asked
 * of the agent that nobody takes, and nothing is sent to it that it has given no credit for.
 */
export class ForwardedConnection extends Duplex implements StreamReader {
  readonly #opened = deferred<void>();
  readonly #chunks: Buffer[] = [];
  #call: StreamCall | null = null;
  #isWanted = false;
  #hasEnded = false;
  #credits = 0;
  #isFull = false;
  #writing: { readonly bytes: Buffer; at: number; readonly done: () => void } | null = null;

  constructor() {
    super({ allowHalfOpen: true, readableHighWaterMark: mostBytes, writableHighWaterMark: mostBytes });
    // Told by `opened`, or by the stream's own events to whoever has it by then.
    this.#opened.promise.catch(() => undefined);
    this.on('error', (error) => this.#opened.reject(error));
  }

  /** Resolves when the service has taken the connection; rejects when it is not made. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  attach(call: StreamCall): void {
    if (this.#call !== null || this.destroyed) return;
    this.#call = call;
    call.send(control({ credits: window }));
  }

  receive(body: StreamChunk['body']): void {
    switch (body?.$case) {
      case 'credits':
        this.#credits = Math.min(this.#credits + body.value, window);
        this.#opened.resolve();
        this.#send();
        return;
      case 'data':
        // An agent that sends without credit is broken or hostile: its reader is not our memory.
        if (this.#chunks.length >= window || body.value.length > mostBytes || this.#hasEnded)
          this.destroy(new Outage('agent-away', 'The agent sent more than it was asked for.'));
        else this.#chunks.push(body.value);
        this.#hand();
        return;
      case 'end':
        if (body.value.reason !== '') {
          this.#break(problemOf(body.value.reason, body.value.message));
          return;
        }
        this.#hasEnded = true;
        this.#hand();
        return;
      default:
        // The first chunk only says which stream it is.
        return;
    }
  }

  drained(): void {
    this.#isFull = false;
    this.#send();
  }

  lose(): void {
    // All has been said both ways: what waits here is still for the reader.
    if (this.#hasEnded && this.writableFinished) return;
    this.#break(new Outage('agent-away', 'The agent went away.'));
  }

  override _read(): void {
    this.#isWanted = true;
    this.#hand();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#writing = { bytes, at: 0, done };
    this.#send();
  }

  override _final(done: () => void): void {
    this.#call?.send(control({ end: true }));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#chunks.length = 0;
    this.#opened.reject(error ?? new Outage('agent-away', 'The connection was given up.'));
    // In order, the agent ends the call itself, when the service has taken everything.
    if (!this.#isDone) {
      this.#call?.send(control({ close: true }));
      this.#call?.close();
    }
    done(error);
  }

  /** What the service had sent to its end still reaches a reader that is slow; anything else breaks at once. */
  #break(error: Error): void {
    if (this.#hasEnded && !this.readableEnded) this.once('end', () => this.destroy(error));
    else this.destroy(error);
  }

  /** Both directions have ended in order. */
  get #isDone(): boolean {
    return this.readableEnded && this.writableFinished;
  }

  /** Hands on what the reader has room for; each message that is handed on makes room for another. */
  #hand(): void {
    while (this.#isWanted && !this.destroyed) {
      const bytes = this.#chunks.shift();
      if (bytes === undefined) {
        if (this.#hasEnded && !this.readableEnded) this.push(null);
        if (this.#hasEnded) this.#isWanted = false;
        return;
      }
      this.#isWanted = this.push(bytes);
      this.#call?.send(control({ credits: 1 }));
    }
  }

  #send(): void {
    while (this.#writing !== null && this.#call !== null && this.#credits > 0 && !this.#isFull) {
      const writing = this.#writing;
      const data = writing.bytes.subarray(writing.at, writing.at + mostBytes);
      writing.at += data.length;
      this.#credits -= 1;
      this.#isFull = !this.#call.send(control({ data }));
      if (writing.at < writing.bytes.length) continue;
      this.#writing = null;
      writing.done();
    }
  }
}

/** The agent's word for what is in the way, as what the caller can act on. */
function problemOf(reason: string, message: string): Error {
  const sentence = message.slice(0, longestSentence);
  switch (reason) {
    case 'PortNotDeclared':
      return impossible('forward/port-not-declared', sentence);
    case 'NotFound':
    case 'RunEnded':
      return impossible('forward/not-running', sentence);
    case 'NotReady':
    case 'NoAnswer':
      return new Outage('service-away', sentence);
    case 'TooManyConnections':
      return new Outage('too-many-connections', sentence);
    default:
      return new Outage('agent-away', sentence);
  }
}
