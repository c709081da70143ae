import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * The database, or one transaction of it: a function that takes a `Db` runs inside whatever it is given.
 * On PGlite there is one connection, so nothing may use the outer `Db` while it holds a transaction: it would wait
 * for itself.
 */
export type Db = Kysely<Tables>;

/** A transaction on one connection that takes scripts of several statements: for migrations and nothing else. */
export interface ScriptSession {
  exec(script: string): Promise<void>;
  rows(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** One engine behind the same SQL and the same types: Postgres, or PGlite in this process. */
export interface Engine {
  readonly kind: 'postgres' | 'pglite';
  readonly db: Db;
  /** Runs the work in one transaction and commits when it returns. */
  script<T>(work: (session: ScriptSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
