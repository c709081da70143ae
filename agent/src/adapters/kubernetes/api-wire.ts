import { isIP } from 'node:net';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { noAnswer } from './api-problem.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { Http1Wire } from './http1-wire.ts';
import { Http2Wire } from './http2-wire.ts';
import type { Wire } from './wire.ts';

/** Longest time until a connection is there, in ms: no longer than the lease waits for an answer. */
const dialLimitMs = 5_000;

/**
 * Speaks HTTP/2 where the server does: calls side by side share a connection, which takes half the processor time and less
 * memory than a connection for each (ADR 29). What lasts, such as a watch or a log, has a connection to itself. Something in
 * between may speak HTTP/1.1 alone; that is found out with the first connection, and kept to.
 */
export function apiWire(access: ClusterAccess): Wire {
  const { hostname, port } = new URL(access.server);
  const host = hostname.replace(/^\[|\]$/g, '');
  // One for all connections: each would read the authorities anew and keep its own copy.
  const secureContext = createSecureContext({
    ...(access.ca === null ? {} : { ca: access.ca }),
    ...(access.clientCert === null ? {} : access.clientCert),
  });
  const old = new Http1Wire(access.server, secureContext);
  let isOld = false;
  const dial = async (): Promise<TLSSocket | null> => {
    if (isOld) return null;
    const socket = await connected(
      connect({
        host,
        port: port === '' ? 443 : Number(port),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        secureContext,
        ALPNProtocols: ['h2', 'http/1.1'],
      }),
    );
    if (socket.alpnProtocol === 'h2') return socket;
    isOld = true;
    socket.destroy();
    return null;
  };
  const wire = new Http2Wire(access.server, dial);
  return {
    ask: async (request) => {
      if (request.lane === 'streams') return old.ask(request);
      return (await wire.ask(request, request.lane)) ?? old.ask(request);
    },
    close: () => {
      wire.close();
      old.close();
    },
  };
}

function connected(socket: TLSSocket): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(socket);
    };
    const fail = (error: Error): void => reject(noAnswer(error));
    socket.once('secureConnect', give);
    socket.once('error', fail);
    socket.setTimeout(dialLimitMs, () => socket.destroy(new Error('no connection to the API server came about')));
  });
}
