import { readFile } from 'node:fs/promises';
import { openDataFolder, parseSecret } from '../adapters/files/data-folder.ts';
import { joseReplicaTokens, type ReplicaTokens } from '../adapters/jose/jose-replica-tokens.ts';
import { joseRunTokens } from '../adapters/jose/jose-run-tokens.ts';
import { sealedBox } from '../adapters/jose/sealed-box.ts';
import { keyRing } from '../adapters/jose/signing-keys.ts';
import { localWakeUps } from '../adapters/local-wake-ups.ts';
import { nodeSecrets } from '../adapters/node-secrets.ts';
import type { Db, Engine } from '../adapters/postgres/db.ts';
import { databaseOutage } from '../adapters/postgres/db-error.ts';
import { findViolations, type Violation } from '../adapters/postgres/find-violations.ts';
import { listenWakeUps } from '../adapters/postgres/listen-wake-ups.ts';
import { type Migration, migrate, readMigrations } from '../adapters/postgres/migrate.ts';
import { openPglite } from '../adapters/postgres/pglite.ts';
import { openPostgres } from '../adapters/postgres/postgres.ts';
import { sqlAccountStore } from '../adapters/postgres/sql-account-store.ts';
import { sqlAgentStore } from '../adapters/postgres/sql-agent-store.ts';
import { sqlProjectStore } from '../adapters/postgres/sql-project-store.ts';
import { sqlRunStore } from '../adapters/postgres/sql-run-store.ts';
import { localStageOne } from '../adapters/stage-one/local-stage-one.ts';
import { systemClock } from '../adapters/system-clock.ts';
import type { Config } from '../config.ts';
import { migrationsFolder } from '../files-beside.ts';
import type { Log } from '../ports/log.ts';
import type { WakeUps } from '../ports/wake-ups.ts';
import type { World } from '../usecases/world.ts';
import { systemSentence, Unopened } from './unopened.ts';

/** The database of this version with everything that stands on it; one holder until `close`. */
export interface Platform {
  readonly db: Db;
  readonly world: World;
  readonly replicaTokens: ReplicaTokens;
  /** Names of the migrations that this start applied. */
  readonly applied: readonly string[];
  /** What is in the database against the rules; empty when all is well. */
  findViolations(): Promise<readonly Violation[]>;
  close(): Promise<void>;
}

interface Opened {
  readonly engine: Engine;
  readonly secret: Uint8Array;
  readonly wakeUps: () => WakeUps;
  /** After the engine is closed. */
  readonly release: () => Promise<void>;
}

/** Opens the database, brings it to this version and builds the ports on it. Throws `Unopened` with one sentence. */
export async function openPlatform(config: Config, log: Log): Promise<Platform> {
  const opened = await explained(() =>
    config.database.kind === 'postgres' ? onServer(config.database, log) : inFolder(config.database.folder),
  );
  const { engine } = opened;
  const closeEngine = async (): Promise<void> => {
    await engine.close();
    await opened.release();
  };
  try {
    const applied = await explained(async () => migrated(engine, await readMigrations(migrationsFolder)));
    const box = sealedBox(opened.secret, 'signing-keys');
    const { db } = engine;
    const wakeUps = opened.wakeUps();
    const stageOne = localStageOne();
    const world: World = {
      accounts: sqlAccountStore(db),
      projects: sqlProjectStore(db),
      runs: sqlRunStore(db),
      agents: sqlAgentStore(db),
      stageOne,
      secrets: nodeSecrets(),
      runTokens: joseRunTokens(keyRing(db, box, 'run')),
      wakeUps,
      clock: systemClock(),
    };
    return {
      db,
      world,
      replicaTokens: joseReplicaTokens(keyRing(db, box, 'replica')),
      applied,
      findViolations: () => findViolations(db),
      close: async () => {
        await Promise.all([wakeUps.close(), stageOne.close()]);
        await closeEngine();
      },
    };
  } catch (error) {
    await closeEngine();
    throw error;
  }
}

async function onServer(database: Config['database'] & { kind: 'postgres' }, log: Log): Promise<Opened> {
  const { url, poolSize, secretFile } = database;
  const secret = parseSecret(await readFile(secretFile, 'utf8'));
  if (secret === null) throw new Unopened('usage', `${secretFile} holds no secret of at least 32 characters.`);
  const engine = openPostgres({
    url,
    poolSize,
    onError: (error) => log.warn({ error }, 'a connection to the database is not as it should be'),
  });
  return { engine, secret, wakeUps: () => listenWakeUps(url, log), release: () => Promise.resolve() };
}

async function inFolder(path: string): Promise<Opened> {
  const opened = await openDataFolder(path);
  if (opened.kind === 'locked') {
    throw new Unopened(
      'busy',
      `The data folder ${path} is in use by process ${opened.pid}; only one control plane can have it.`,
    );
  }
  if (opened.kind === 'newer') {
    const { format, known } = opened;
    throw new Unopened(
      'newer',
      `The data folder ${path} has format ${format}, and this version knows ${known}; use a newer version.`,
    );
  }
  const { folder } = opened;
  try {
    const engine = await openPglite(path);
    return { engine, secret: folder.secret, wakeUps: localWakeUps, release: () => folder.release() };
  } catch (error) {
    await folder.release();
    if (systemSentence(error) !== null) throw error;
    throw new Unopened('failure', `The database in ${path} cannot be opened: ${messageOf(error)}.`);
  }
}

async function migrated(engine: Engine, migrations: readonly Migration[]): Promise<readonly string[]> {
  const result = await migrate(engine, migrations);
  switch (result.kind) {
    case 'done':
      return result.applied;
    case 'newer': {
      const { database, known } = result;
      throw new Unopened(
        'newer',
        `The database is at migration ${database}, and this version knows ${known}; use a newer version.`,
      );
    }
    case 'changed':
      throw new Unopened(
        'newer',
        `Migration ${result.name} ran in another form than this version has; use the version that ran it.`,
      );
  }
}

/** Turns what is wrong with files or the server into the sentence and the exit code for it. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unopened) throw error;
    const outage = databaseOutage(error);
    if (outage !== null && outage.code === 'database') {
      throw new Unopened('unreachable', `The database cannot be reached: ${messageOf(error)}.`);
    }
    const sentence = systemSentence(error);
    if (sentence !== null) throw new Unopened('failure', sentence);
    throw error;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
