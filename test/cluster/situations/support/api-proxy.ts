import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { Cluster } from '../../support/cluster.ts';
import { selfSigned } from './self-signed.ts';

/** What may be done to a request instead of passing it on. */
export type Fault =
  /** An answer in the API server's place; a text is sent as a `Status` with it as its message. */
  | { readonly kind: 'answer'; readonly code: number; readonly headers?: Record<string, string>; readonly body: string }
  /** The request arrives and is done; its answer does not come back. Told when the API server has answered. */
  | { readonly kind: 'lose-answer'; readonly answered: () => void }
  /** The request is done at once; its answer comes back only then. */
  | { readonly kind: 'late-answer'; readonly until: Promise<void> }
  /** Nothing ever comes back, and the API server is not asked. */
  | { readonly kind: 'hang' }
  /** A watch that is accepted and stays silent. */
  | { readonly kind: 'silent-watch' }
  /** A watch that tells this and ends. */
  | { readonly kind: 'watch-of'; readonly lines: readonly string[] };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly isWatch: boolean;
  /** By `performance.now()`. */
  readonly atMs: number;
}

/** A proxy that speaks both versions of HTTP in front of the API server of a cluster, which can go wrong in the ways that networks and servers do. */
export interface ApiProxy {
  /** Configuration of an administrator by way of the proxy. */
  readonly kubeconfig: string;
  /** Everything that was asked so far, oldest first. */
  readonly seen: readonly SeenRequest[];
  /** Asked for every request, the newest rule first; null lets it pass. Gives back how to end the rule. */
  fault(rule: (request: SeenRequest) => Fault | null): () => void;
  /** Ends every rule. */
  heal(): void;
  /** Cuts every open connection, watches among them. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts it on a free port of this machine. `token` is whose configuration it gives; missing: the administrator's. */
export async function startApiProxy(cluster: Cluster, name: string, token = cluster.adminToken): Promise<ApiProxy> {
  const folder = join(cluster.folder, `proxy-${name}`);
  mkdirSync(folder, { recursive: true });
  const tls = await selfSigned(folder, '127.0.0.1');
  const behind = new Agent({ ca: readFileSync(cluster.caFile), keepAlive: true });
  const seen: SeenRequest[] = [];
  const rules: ((request: SeenRequest) => Fault | null)[] = [];
  const server = createSecureServer({ cert: tls.cert, key: tls.key, allowHTTP1: true }, (asked, answer) => {
    const path = asked.url;
    const it: SeenRequest = {
      method: asked.method,
      path,
      isWatch: path.includes('watch=true'),
      atMs: performance.now(),
    };
    seen.push(it);
    const fault = rules.reduceRight<Fault | null>((found, rule) => found ?? rule(it), null);
    if (fault === null) pass(asked, answer);
    else spoil(fault, asked, answer);
  });
  // Sessions of the newer version, sockets of the older.
  const connections = new Set<ServerHttp2Session | TLSSocket>();
  const know = (connection: ServerHttp2Session | TLSSocket): void => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  };
  server.on('session', know);
  server.on('secureConnection', (socket) => {
    if (socket.alpnProtocol !== 'h2') know(socket);
  });
  const cut = (): void => {
    for (const each of connections) each.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(configOf(`https://127.0.0.1:${address.port}`, tls.cert, token)));

  function pass(
    asked: Http2ServerRequest,
    answer: Http2ServerResponse,
    { lost, until }: { readonly lost?: () => void; readonly until?: Promise<void> } = {},
  ): void {
    const sent = request(`${cluster.apiServerUrl}${asked.url}`, {
      method: asked.method,
      headers: ordinary(asked.headers),
      agent: behind,
    });
    sent.on('response', (from) => {
      if (lost !== undefined) {
        from.resume().once('end', lost);
        return;
      }
      from.on('error', () => answer.destroy());
      const give = (): void => {
        answer.writeHead(from.statusCode ?? 502, ordinary(from.headers));
        begin(answer);
        from.pipe(answer);
      };
      if (until === undefined) give();
      else until.then(give, () => answer.destroy());
    });
    sent.on('error', () => answer.destroy());
    answer.once('close', () => sent.destroy());
    asked.pipe(sent);
  }

  function spoil(fault: Fault, asked: Http2ServerRequest, answer: Http2ServerResponse): void {
    switch (fault.kind) {
      case 'answer': {
        asked.resume();
        answer.writeHead(fault.code, { 'content-type': 'application/json', ...fault.headers });
        answer.end(statusOf(fault.code, fault.body));
        break;
      }
      case 'lose-answer':
        pass(asked, answer, { lost: fault.answered });
        break;
      case 'late-answer':
        pass(asked, answer, { until: fault.until });
        break;
      case 'hang':
        asked.resume();
        break;
      case 'silent-watch':
        answer.writeHead(200, { 'content-type': 'application/json' });
        begin(answer);
        break;
      case 'watch-of':
        answer.writeHead(200, { 'content-type': 'application/json' });
        answer.end(fault.lines.map((line) => `${line}\n`).join(''));
        break;
    }
  }

  return {
    kubeconfig,
    seen,
    fault: (rule) => {
      rules.push(rule);
      return () => void rules.splice(rules.indexOf(rule), 1);
    },
    heal: () => void rules.splice(0),
    cut,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
      behind.destroy();
    },
  };
}

/** A watch that has nothing to tell has begun nevertheless; over the newer version the head is sent at once. */
function begin(answer: Http2ServerResponse): void {
  if (answer instanceof ServerResponse) answer.flushHeaders();
}

/** Headers without those that are about one version of HTTP or one connection. */
function ordinary(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const isOrdinary = (name: string): boolean => !name.startsWith(':') && !ofConnection.has(name);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isOrdinary(name)));
}

const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

/** An object of the kind `Status`, as the API server says no. */
function statusOf(code: number, message: string): string {
  const reason = code === 410 ? 'Expired' : code === 429 ? 'TooManyRequests' : '';
  return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code });
}

/** The line of a watch by which the API server says no. */
export function errorLine(code: number, message: string): string {
  return JSON.stringify({ type: 'ERROR', object: JSON.parse(statusOf(code, message)) });
}

function configOf(server: string, cert: string, token: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(cert).toString('base64') } },
    ],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    'current-context': 'test',
  };
}
