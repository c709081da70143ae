import type { ToAgent } from '@tandem/proto';

/** The way to one agent: a gRPC stream, or a test's own transport. What is sent may arrive twice, late, or never. */
export interface Channel {
  /** False when the buffer is full: wait for `drained` before the next command. */
  send(message: ToAgent): boolean;
  drained(): Promise<void>;
  /** Ends the stream from our side. */
  close(): void;
}
