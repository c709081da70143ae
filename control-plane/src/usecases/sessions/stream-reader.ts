import type { StreamChunk, StreamControl } from '@tandem/proto';

/** Our end of the agent's `Stream` call. */
export interface StreamCall {
  /** False: the transport's buffer is full; send no data until `drained`. */
  send(control: StreamControl): boolean;
  close(): void;
}

/** Who takes what an agent sends on one stream. */
export interface StreamReader {
  /** The agent has opened the call. A second one for the same stream is ignored. */
  attach(call: StreamCall): void;
  receive(body: StreamChunk['body']): void;
  /** The call's buffer has room again. */
  drained(): void;
  /** The call has ended, by either side. */
  lose(): void;
}

const nothing = Buffer.alloc(0);

/** A control that says only what is named. */
export function control(given: Partial<StreamControl>): StreamControl {
  return { credits: 0, close: false, data: nothing, end: false, ...given };
}
