import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { oid, readInt8, readText, readTimestamp } from './column-types.ts';
import type { Engine, ScriptSession } from './db.ts';
import { preparingPool } from './prepared-statements.ts';
import type { Tables } from './tables.ts';

const readers: Readonly<Record<number, (text: string) => unknown>> = {
  [oid.int8]: readInt8,
  [oid.json]: readText,
  [oid.jsonb]: readText,
  [oid.timestamptz]: readTimestamp,
};

/**
 * Settings that every session of ours needs: `readTimestamp` and `dump-schema.ts` rely on the first two.
 *
 * No table is read whole where an index serves. The server keeps the plan of a statement, and one that was made while a table
 * was small would go on to read all of it for every report of a run, long after it has grown.
 */
export function sessionOf(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    // Statements are short; the limit keeps a lost lock from holding a request for ever.
    options:
      '-c TimeZone=UTC -c DateStyle=ISO -c enable_seqscan=off -c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000',
    application_name: 'tandem-control-plane',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: {
      getTypeParser: (id: number, format?: 'text' | 'binary') => {
        const reader = format === 'binary' ? undefined : readers[id];
        return reader ?? pg.types.getTypeParser(id, format);
      },
    },
  };
}

export interface PostgresOptions {
  readonly url: string;
  /** Most connections of this process. */
  readonly poolSize: number;
  /** Told of errors that belong to no caller: on idle connections, and of a pooler that loses prepared statements. */
  readonly onError: (error: Error) => void;
}

/** Opens a pool on a Postgres server. Nothing is sent until the first query. */
export function openPostgres(options: PostgresOptions): Engine {
  const pool = new pg.Pool({
    ...sessionOf(options.url),
    max: options.poolSize,
    idleTimeoutMillis: 30_000,
    // Plans that the server keeps were made for the tables of their time.
    maxLifetimeSeconds: 600,
  });
  // Without a listener an idle connection that the server drops would end the process.
  pool.on('error', options.onError);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparingPool(pool, options.onError) }) });
  return { kind: 'postgres', db, script: (work) => script(pool, work), close: () => close(db, pool) };
}

async function script<T>(pool: pg.Pool, work: (session: ScriptSession) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work({
      exec: async (text) => void (await client.query(text)),
      rows: async (text) => (await client.query<Record<string, unknown>>(text)).rows,
    });
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, whatever state it is in.
    client.release(true);
    throw error;
  }
}

async function close(db: Kysely<Tables>, pool: pg.Pool): Promise<void> {
  await db.destroy();
  if (!pool.ended) await pool.end();
}
