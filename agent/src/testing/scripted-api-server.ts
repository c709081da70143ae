import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
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

export async function scriptedApiServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ScriptedApiServer> {
  const server = createServer({ key: read('server.key'), cert: read('server.pem') }, answer);
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
      server.closeAllConnections();
      await closed;
    },
  };
}
