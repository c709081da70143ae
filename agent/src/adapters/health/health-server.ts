import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Verdict } from '../../health/judge.ts';
import type { Log } from '../../ports/log.ts';

export interface HealthServerOptions {
  /** Address to listen at; `*` is every address of the machine. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Whether the process is worth keeping. */
  readonly live: () => Verdict;
  /** Whether the agent does its work, or could at once. */
  readonly ready: () => Verdict;
  /** Metrics in the Prometheus text format; null: there are none. */
  readonly metrics: (() => Promise<string>) | null;
  readonly log: Log;
}

export interface HealthServer {
  /** `host:port` that it listens at. */
  readonly address: string;
  close(): Promise<void>;
}

/** Whoever has not asked by then is cut off, in ms. */
const askLimitMs = 5_000;
/** A request has a line and a few headers, in bytes. */
const longestHead = 8 * 1024;
/** Open connections; a probe and a scraper need one each. */
const mostConnections = 64;
/** Metrics are made at most so often, in ms: asking for them in a loop costs the agent little. */
const metricsAgeMs = 1_000;

/**
 * Serves `/livez`, `/readyz` and `/metrics` to whoever can reach it, so it takes nothing in but a path. Rejects where it cannot
 * listen. When it has too many connections it ends the oldest, so that slow strangers keep no probe out.
 */
export async function openHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const metrics = options.metrics === null ? null : atMostEvery(metricsAgeMs, options.metrics);
  const pages: Readonly<Record<string, () => Page | Promise<Page>>> = {
    '/livez': () => pageOf(options.live()),
    '/readyz': () => pageOf(options.ready()),
    '/metrics': async () =>
      metrics === null ? page(404, 'Metrics are switched off.\n') : { ...page(200, await metrics()), type: exposition },
  };
  const server = createServer(
    {
      maxHeaderSize: longestHead,
      headersTimeout: askLimitMs,
      requestTimeout: askLimitMs,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      answerOf(request, pages).then(
        (found) => send(response, found),
        (error: unknown) => {
          options.log.error({ problem: String(error) }, 'the metrics could not be made, which is a bug');
          send(response, page(500, 'The answer could not be made.\n'));
        },
      );
    },
  );
  keepTheNewest(server);
  server.listen({ port: options.port, ...(options.host === '*' ? {} : { host: options.host }) });
  await once(server, 'listening');
  // A connection that cannot be accepted, as with too many open files, is no reason to end.
  server.on('error', (error) => options.log.warn({ problem: error.message }, 'a connection of a probe failed'));
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : options.port;
  return {
    address: `${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly allow?: string;
}

const exposition = 'text/plain; version=0.0.4; charset=utf-8';
const page = (status: number, text: string): Page => ({ status, text, type: 'text/plain; charset=utf-8' });
const pageOf = ({ ok, says }: Verdict): Page => page(ok ? 200 : 503, `${says.join('\n')}\n`);

async function answerOf(
  { method, url = '', headers }: IncomingMessage,
  pages: Readonly<Record<string, () => Page | Promise<Page>>>,
): Promise<Page> {
  const [path = ''] = url.split('?', 1);
  const found = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (found === undefined) return page(404, 'There is nothing here but /livez, /readyz and /metrics.\n');
  if (method !== 'GET') return { ...page(405, 'This can only be read.\n'), allow: 'GET' };
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0)
    return page(400, 'This takes no body.\n');
  return found();
}

/** Each answer is the last of its connection: nobody holds one open, and a body that nobody asked for is not read. */
function send(response: ServerResponse, { status, type, text, allow }: Page): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...(allow === undefined ? {} : { allow }),
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

function keepTheNewest(server: ReturnType<typeof createServer>): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size <= mostConnections || oldest === undefined) return;
    open.delete(oldest);
    oldest.destroy();
  });
}

/** Gives what was made last as long as it is new enough; whoever comes while it is made waits for the same. */
function atMostEvery(ageMs: number, make: () => Promise<string>): () => Promise<string> {
  let made: Promise<string> | null = null;
  let madeAtMs = 0;
  return () => {
    const nowMs = performance.now();
    if (made === null || nowMs - madeAtMs > ageMs) {
      made = make();
      madeAtMs = nowMs;
    }
    return made;
  };
}
