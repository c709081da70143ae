import type { CommandAck, FromAgent } from '@tandem/proto';
import type { Channel } from '../ports/control-plane.ts';

type Body = NonNullable<FromAgent['body']>;

/** Most acknowledgements that may wait; more commands than this are never unanswered at once. */
const mostAcks = 10_000;

/**
 * What waits to be sent on one connection, most urgent first, without a list that grows: acknowledgements, then what is
 * only true now (one heartbeat, one count of credits), then what others can give when there is room (inventory,
 * reports). It stops when the transport says that it is full and goes on when it has drained.
 */
export class Outgoing {
  readonly #channel: Channel;
  readonly #more: () => Body | null;
  #epoch = 0n;
  #full = false;
  #closed = false;
  readonly #acks: CommandAck[] = [];
  readonly #latest = new Map<Body['$case'], Body>();

  /** `more` is asked for the next message whenever there is room and nothing more urgent waits. */
  constructor(channel: Channel, more: () => Body | null) {
    this.#channel = channel;
    this.#more = more;
  }

  /** Every message after this carries the epoch that the control plane gave. */
  useEpoch(epoch: bigint): void {
    this.#epoch = epoch;
  }

  /** An acknowledgement that finds no room is dropped: its command comes again. */
  acknowledge(ack: CommandAck): void {
    if (this.#acks.length < mostAcks) this.#acks.push(ack);
    this.flush();
  }

  /** Sends the newest of its kind; an older one that still waits is replaced. */
  sendLatest(body: Body): void {
    this.#latest.set(body.$case, body);
    this.flush();
  }

  drained(): void {
    this.#full = false;
    this.flush();
  }

  close(): void {
    this.#closed = true;
  }

  get idle(): boolean {
    return this.#acks.length === 0 && !this.#full;
  }

  flush(): void {
    while (!this.#full && !this.#closed) {
      const body = this.#next();
      if (body === null) return;
      this.#full = !this.#channel.send({ epoch: this.#epoch, body });
    }
  }

  #next(): Body | null {
    const ack = this.#acks.shift();
    if (ack !== undefined) return { $case: 'ack', value: ack };
    for (const [kind, body] of this.#latest) {
      this.#latest.delete(kind);
      return body;
    }
    return this.#more();
  }
}
