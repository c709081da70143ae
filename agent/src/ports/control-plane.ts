import type { FromAgent, StreamChunk, StreamControl, ToAgent } from '@tandem/proto';

/**
 * One connection to the control plane, as the session core sees it. gRPC stands behind it in production; a test puts
 * something that drops, doubles, reorders and delays in its place.
 */
export interface Channel {
  /** Gives one message to the transport. False: its buffer is full; send nothing more until `onDrain`. */
  send(message: FromAgent): boolean;
  /** Ends the connection. `onClose` follows if it has not come yet. Safe to call twice. */
  close(): void;
}

/** What a connection tells its owner. After `onClose` nothing more comes. */
export interface ChannelEvents {
  onMessage(message: ToAgent): void;
  onDrain(): void;
  onClose(closed: Closed): void;
}

/** Why a connection ended. `refused` is final: dialling again does not help without a person. */
export interface Closed {
  readonly kind: 'ended' | 'unavailable' | 'refused';
  readonly message: string;
  /** Do not dial before, in ms from now; null: nothing was said. */
  readonly retryAfterMs: number | null;
}

/** Opens connections. Never throws: a failure to connect arrives as `onClose`, after `dial` has returned. */
export interface ControlPlane {
  dial(events: ChannelEvents): Channel;
  openStream(events: StreamEvents): StreamChannel;
}

/** One call for one reader, beside the session (decisions.md 57). */
export interface StreamChannel {
  /** False: the buffer is full; wait for `onDrain`. */
  send(chunk: StreamChunk): boolean;
  /** Nothing more will be sent; what was sent still arrives. */
  end(): void;
  /** Gives up at once. */
  cancel(): void;
}

export interface StreamEvents {
  onControl(control: StreamControl): void;
  onDrain(): void;
  onClose(): void;
}
