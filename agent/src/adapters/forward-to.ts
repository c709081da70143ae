import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Connection, Forwarded } from '../ports/executor.ts';

/** How long a connection within the cluster may take to be made, in ms. */
const connectLimitMs = 8_000;

export const noSuchRun: Forwarded = {
  kind: 'refused',
  reason: 'NotFound',
  message: 'Nothing of this run is here.',
};
export const runEnded: Forwarded = { kind: 'refused', reason: 'RunEnded', message: 'The run has ended.' };

/**
 * A refusal with a sentence on what the run serves; null: it serves this port. The one place that keeps a forward from being a way
 * into the rest of the network.
 */
export function undeclared(declared: readonly number[], port: number): Forwarded | null {
  if (declared.includes(port) && Number.isInteger(port) && port >= 1 && port <= 65_535) return null;
  const message =
    declared.length === 0
      ? 'The run declares no ports; only a service does.'
      : `The run does not declare port ${port}; it declares ${declared.join(', ')}.`;
  return { kind: 'refused', reason: 'PortNotDeclared', message };
}

/** Connects to where a run is; what does not answer is said in a sentence that names no address of the cluster. */
export async function forwardTo(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Forwarded> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, keepAlive: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(connectLimitMs)]) });
    return { kind: 'open', connection: connectionOf(socket) };
  } catch (error) {
    socket.on('error', () => undefined); // It may still come, for a connection that nobody has any more.
    socket.destroy();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = code.startsWith('E') ? ` (${code})` : '';
    return { kind: 'refused', reason: 'NoAnswer', message: `Nothing answers at port ${port} of the run${why}.` };
  }
}

/** A connected socket as a connection. Not read before somebody takes what comes. */
function connectionOf(socket: Socket): Connection {
  socket.on('error', () => undefined); // Both directions fail with it; those who use them are told there.
  return {
    // The reader may end before the writer: a socket is not gone when it has said all.
    incoming: socket.iterator({ destroyOnReturn: false }),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error == null ? resolve() : reject(error)));
      }),
    end: () => void socket.end(),
    close: () => {
      // Cut off in the middle, it must not look to the service like an end in order.
      if (socket.readableEnded && socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    },
  };
}
