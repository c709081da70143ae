import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { forwardProtocol, joined } from '@tandem/shared/forward';
import type { Response } from 'express';
import { impossible } from '../domain/refusal.ts';

/** Connections whose requests asked for another protocol; a route may take one over, or answer as usual. */
const sockets = new WeakMap<IncomingMessage, Socket>();

/** Whether a request asks for a protocol of ours. Others may be asked for by any client; then HTTP goes on. */
export function wantsTunnel(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === forwardProtocol;
}

/** Lets requests for another protocol go the way of all others: ids, tokens, routes, problems. */
export function acceptUpgrades(server: Server, app: RequestListener): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => undefined); // Its close follows, which is what everybody here looks at.
    if (head.length > 0) socket.unshift(head);
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => {
      if (response.statusCode !== 101) socket.destroySoon();
    });
    if (wantsTunnel(request)) sockets.set(request, socket);
    app(request, response);
  });
}

/**
 * Opens a connection and joins the client's with it. The head is sent after it is open, so that what is in the way is a
 * proper answer. Nothing that passes is looked at or kept. Resolves when both have ended; `closing` breaks both.
 */
export async function tunnel(
  open: (signal: AbortSignal) => Promise<Duplex>,
  request: IncomingMessage,
  response: Response,
  closing: AbortSignal,
): Promise<void> {
  const socket = sockets.get(request);
  if (socket === undefined) {
    const message = `This address gives a connection, not a page: ask with "Upgrade: ${forwardProtocol}", as \`tandem ops port-forward\` does.`;
    throw impossible('forward/needs-upgrade', message);
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const connection = await open(AbortSignal.any([gone.signal, closing]));
  const stop = (): void => void connection.destroy();
  closing.addEventListener('abort', stop, { once: true });
  if (closing.aborted) stop();
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  response.writeHead(101, { connection: 'Upgrade', upgrade: forwardProtocol });
  response.end();
  await joined(socket, connection);
  closing.removeEventListener('abort', stop);
}
