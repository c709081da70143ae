import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { sqlAgentIdentities } from '../adapters/postgres/agent-identities.ts';
import { sqlAgentSessions } from '../adapters/postgres/agent-sessions.ts';
import { databaseOutage } from '../adapters/postgres/db-error.ts';
import { sqlDeadlines } from '../adapters/postgres/deadlines.ts';
import { prometheusMetrics } from '../adapters/prometheus-metrics.ts';
import { replicaDirectory } from '../adapters/replicas/replica-directory.ts';
import type { Config, Listen } from '../config.ts';
import { startGrpc } from '../grpc/server.ts';
import type { HttpWorld } from '../http/http-world.ts';
import { internalRoutes } from '../http/routes/internal.ts';
import { routes } from '../http/routes.ts';
import { httpServer } from '../http/server.ts';
import { startLoops } from '../loops/start-loops.ts';
import type { Log } from '../ports/log.ts';
import { authenticator } from '../usecases/authenticate.ts';
import { first, firstStart } from '../usecases/first-start.ts';
import { mintRunToken } from '../usecases/mint-run-token.ts';
import { LiveSessions } from '../usecases/sessions/live-sessions.ts';
import { runStreams } from '../usecases/sessions/read-logs.ts';
import { StreamRelay } from '../usecases/sessions/stream-relay.ts';
import { version } from '../version.ts';
import { openPlatform } from './open-platform.ts';
import { systemSentence, Unopened } from './unopened.ts';

/** Answers in flight get so long when the process is asked to end. */
const graceMs = 10_000;

/**
 * Runs the control plane until it is asked to end.
 *
 *   REST ──► use cases ──► stores ──► database ◄── sessions ◄── gRPC ◄── agents
 *                 └──────── wake-ups ────────────────┘
 */
export async function serve(config: Config, log: Log): Promise<void> {
  try {
    // Before anything is opened: a signal during the start ends it in order too.
    await serveUntil(whenAsked(config.exitWithParent), config, log);
  } finally {
    // An open pipe from a parent that lives on would keep the process alive after everything else is closed.
    if (config.exitWithParent) process.stdin.destroy();
  }
}

async function serveUntil(ended: Promise<string>, config: Config, log: Log): Promise<void> {
  // A taken address is told at once, and not after the seconds that an embedded database takes to open.
  for (const at of [config.http, config.grpc]) await probe(at);
  const platform = await openPlatform(config, log);
  const { db, world, replicaTokens } = platform;
  const { clock, wakeUps } = world;
  const replicaId = randomUUID();
  const sessions = new LiveSessions();
  const relay = new StreamRelay(clock);
  const closing = new AbortController();
  const http: HttpWorld = {
    ...world,
    authenticate: authenticator(world),
    log,
    streams: runStreams(sessions, relay, replicaDirectory(db, replicaId, replicaTokens.sign)),
    localStreams: runStreams(sessions, relay, { holderOf: async () => null }),
    isReplica: replicaTokens.verify,
    outageOf: databaseOutage,
    metrics: prometheusMetrics(),
    version,
    closing: closing.signal,
  };
  const server = httpServer(http, [...routes, ...internalRoutes]);
  try {
    const firstToken = await firstStart(world.accounts, world.secrets, { withProject: config.isDev });
    const address = await listen(server, config.http);
    const grpc = await startGrpc({
      listen: `${bracketed(config.grpc.host)}:${config.grpc.port}`,
      tls: config.grpcTls,
      store: sqlAgentSessions(db),
      identities: sqlAgentIdentities(db),
      wakeUps,
      clock,
      log,
      replica: { id: replicaId, url: config.replicaUrl ?? address },
      mintRunToken: (run) => mintRunToken(world.runTokens, { ...run, timeoutSeconds: null }),
      sessions,
      relay,
    }).catch((error: unknown) => {
      throw unbound(error, config.grpc);
    });
    const stopLoops = startLoops({ deadlines: sqlDeadlines(db), runs: world.runs, wakeUps, clock, log });
    announce(config, { http: address, grpc: grpc.address, firstToken });

    log.info({ reason: await ended }, 'the control plane is ending');
    stopLoops();
    closing.abort();
    await Promise.all([closeHttp(server), grpc.close(graceMs)]);
  } finally {
    closing.abort();
    server.closeAllConnections();
    await platform.close();
  }
}

/** Resolves with the reason when a signal arrives or, if wanted, when stdin ends. A second signal kills at once. */
function whenAsked(withParent: boolean): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    if (!withParent) return;
    process.stdin.on('end', () => resolve('parent')).on('error', () => resolve('parent'));
    process.stdin.resume();
  });
}

function listen(server: Server, at: Listen): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(unbound(error, at)));
    server.listen(at.port, at.host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : at.port;
      resolve(`http://${bracketed(at.host)}:${port}`);
    });
  });
}

/** Takes an address for a moment, to find out whether it can be had. */
async function probe(at: Listen): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(unbound(error, at)));
    server.listen(at.port, at.host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** An address that cannot be had is the operator's to mend; anything else stays what it is. */
function unbound(error: unknown, at: Listen): unknown {
  const text = error instanceof Error ? error.message : '';
  if (/EADDRINUSE|address already in use/i.test(text) || /No address added/.test(text)) {
    return new Unopened('busy', `The address ${at.host}:${at.port} is taken by another process.`);
  }
  if (/EADDRNOTAVAIL|ENOTFOUND/.test(text)) return new Unopened('usage', `This machine has no address ${at.host}.`);
  const sentence = systemSentence(error);
  return sentence === null ? error : new Unopened('failure', sentence);
}

/** Tells that the control plane is ready, and once in its life the first access token. */
function announce(
  config: Config,
  ready: { readonly http: string; readonly grpc: string; readonly firstToken: string | null },
): void {
  if (config.readyJson) {
    process.stdout.write(`${JSON.stringify({ ready: true, ...ready })}\n`);
    return;
  }
  process.stdout.write(`REST at ${ready.http}, agents at ${ready.grpc}\n`);
  if (ready.firstToken !== null) {
    process.stdout.write(
      `First start. Access token of user "${first.username}", shown only now: ${ready.firstToken}\n`,
    );
  }
}

/** Takes no more connections, waits for answers in flight, and cuts what is left after the grace. */
function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
