import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { joseRunTokens } from '../../control-plane/src/adapters/jose/jose-run-tokens.ts';
import { sealedBox } from '../../control-plane/src/adapters/jose/sealed-box.ts';
import { keyRing } from '../../control-plane/src/adapters/jose/signing-keys.ts';
import { localWakeUps } from '../../control-plane/src/adapters/local-wake-ups.ts';
import { nodeSecrets } from '../../control-plane/src/adapters/node-secrets.ts';
import type { Engine } from '../../control-plane/src/adapters/postgres/db.ts';
import { databaseOutage } from '../../control-plane/src/adapters/postgres/db-error.ts';
import { sqlAccountStore } from '../../control-plane/src/adapters/postgres/sql-account-store.ts';
import { sqlAgentStore } from '../../control-plane/src/adapters/postgres/sql-agent-store.ts';
import { sqlProjectStore } from '../../control-plane/src/adapters/postgres/sql-project-store.ts';
import { sqlRunStore } from '../../control-plane/src/adapters/postgres/sql-run-store.ts';
import { prometheusMetrics } from '../../control-plane/src/adapters/prometheus-metrics.ts';
import { localStageOne } from '../../control-plane/src/adapters/stage-one/local-stage-one.ts';
import { systemClock } from '../../control-plane/src/adapters/system-clock.ts';
import { Outage } from '../../control-plane/src/domain/outage.ts';
import type { HttpWorld } from '../../control-plane/src/http/http-world.ts';
import { routes } from '../../control-plane/src/http/routes.ts';
import { httpServer } from '../../control-plane/src/http/server.ts';
import type { Log } from '../../control-plane/src/ports/log.ts';
import type { RunStreams } from '../../control-plane/src/ports/run-streams.ts';
import { authenticator } from '../../control-plane/src/usecases/authenticate.ts';
import { firstStart } from '../../control-plane/src/usecases/first-start.ts';

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes, and a wrong one fails them.
  readonly json: any;
}

export interface Ask {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The real HTTP server on a database, with an organisation, a project and the token of its owner. */
export interface Rest {
  readonly url: string;
  readonly world: HttpWorld;
  readonly engine: Engine;
  /** Of user `admin`, owner of `default`. */
  readonly token: string;
  /** Sends as `admin` unless told otherwise. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** Another user with a token; with a role in `default` or in none. */
  addUser(name: string, role?: 'viewer' | 'member'): Promise<string>;
  /** An agent as if it had connected once, with connections `data` and `repo` and one namespace `work`. */
  addAgent(name: string): Promise<{ readonly id: number; readonly uuid: string }>;
  close(): Promise<void>;
}

const away: RunStreams = {
  logs() {
    throw new Outage('agent-away', 'The agent is not connected.');
  },
  forward() {
    throw new Outage('agent-away', 'The agent is not connected.');
  },
};

const nothing = (): void => undefined;
const onlyErrors: Log = { debug: nothing, info: nothing, warn: nothing, error: console.error };

/** Starts REST on a free port. The logs come from `streams`; without them every agent is away. What it logs goes to `log`. */
export async function startRest(engine: Engine, streams: RunStreams = away, log: Log = onlyErrors): Promise<Rest> {
  const { db } = engine;
  const stageOne = localStageOne();
  const closing = new AbortController();
  const base = {
    accounts: sqlAccountStore(db),
    projects: sqlProjectStore(db),
    runs: sqlRunStore(db),
    agents: sqlAgentStore(db),
    stageOne,
    secrets: nodeSecrets(),
    runTokens: joseRunTokens(keyRing(db, sealedBox(randomBytes(32), 'signing-keys'), 'run')),
    wakeUps: localWakeUps(),
    clock: systemClock(),
  };
  const world: HttpWorld = {
    ...base,
    authenticate: authenticator(base),
    log,
    streams,
    localStreams: streams,
    isReplica: () => Promise.resolve(false),
    outageOf: databaseOutage,
    metrics: prometheusMetrics(),
    version: '0.0.1',
    closing: closing.signal,
  };
  const token = await firstStart(base.accounts, base.secrets, { withProject: true });
  if (token === null) throw new Error('the database is not empty');
  const server = httpServer(world, routes);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    world,
    engine,
    token,
    ask: (method, path, ask) => request(url, method, path, { token, ...ask }),
    addUser: (name, role) => addUser(world, engine, name, role),
    addAgent: (name) => addAgent(world, engine, name),
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      server.close();
      await stageOne.close();
    },
  };
}

async function request(url: string, method: string, path: string, { token, body, headers }: Ask): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(token == null ? {} : { authorization: `Token ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

async function addUser(world: HttpWorld, { db }: Engine, name: string, role?: 'viewer' | 'member'): Promise<string> {
  const user = await db
    .insertInto('users')
    .values({ username: name, email: `${name}@example.org` })
    .returning('id')
    .executeTakeFirstOrThrow();
  const membership = { user_id: user.id, role: role === undefined ? ('owner' as const) : ('member' as const) };
  if (role === undefined) {
    const own = await db
      .insertInto('organisations')
      .values({ name: `${name}-org` })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('organisation_members')
      .values({ ...membership, organisation_id: own.id })
      .execute();
  } else {
    await db
      .insertInto('organisation_members')
      .values({ ...membership, organisation_id: 1 })
      .execute();
    await db.insertInto('project_members').values({ project_id: 1, user_id: user.id, role }).execute();
  }
  const { text, hash } = world.secrets.create('tdm_');
  await world.accounts.createToken(user.id, { name: 'test', hash, expiresInSeconds: null });
  return text;
}

async function addAgent(world: HttpWorld, { db }: Engine, name: string): Promise<{ id: number; uuid: string }> {
  const made = await world.agents.create(1, { name, description: null });
  if (made === null) throw new Error(`there is an agent ${name} already`);
  const seen = '2026-01-01T00:00:00Z';
  await db
    .updateTable('agents')
    .set({
      first_seen_at: seen,
      last_seen_at: seen,
      status: 'online',
      capacity: 100,
      kinds: '["job","service"]',
      namespaces: '["work"]',
    })
    .where('id', '=', made.id)
    .execute();
  const connections = ['data', 'repo'].map((connection) => ({ agent_id: made.id, name: connection, kind: 's3' }));
  await db.insertInto('agent_connections').values(connections).execute();
  return { id: made.id, uuid: made.uuid };
}

/** The smallest operation that runs. */
export const smallOperation = JSON.stringify({
  kind: 'operation',
  name: 'small',
  component: { kind: 'component', run: { kind: 'job', container: { image: 'busybox', command: ['true'] } } },
});
