import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ClusterAccess } from '../adapters/kubernetes/cluster-access.ts';

/** An API server over real TLS that answers as a test tells it. For tests. */
export interface ScriptedApiServer {
  readonly access: ClusterAccess;
  close(): Promise<void>;
}

const tls = join(import.meta.dirname, '../../../test/support/tls');
const read = (file: string): string => readFileSync(join(tls, file), 'utf8');

/** Speaks both versions of HTTP as an API server does, or only what an old proxy in between would speak. */
export async function scriptedApiServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  speaks: 'h2' | 'http/1.1' = 'h2',
): Promise<ScriptedApiServer> {
  const identity = { key: read('server.key'), cert: read('server.pem') };
  const server = speaks === 'h2' ? createSecureServer({ ...identity, allowHTTP1: true }) : createServer(identity);
  // Requests and answers of HTTP/2 have the methods of the older ones, which is all that tests use.
  server.on('request', answer as (request: unknown, response: unknown) => void);
  const connections = new Set<{ destroy(): void }>();
  server.on('secureConnection', (socket) => connections.add(socket));
  server.on('session', (session: ServerHttp2Session) => connections.add(session));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    access: {
      server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ca: read('ca.pem'),
      clientCert: null,
      token: () => Promise.resolve(null),
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const each of connections) each.destroy();
      await closed;
    },
  };
}
