import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { invariant } from '../../domain/invariant.ts';
import type { Engine, ScriptSession } from './db.ts';

/** One file of `migrations/`. Forward only; a file that was released never changes. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** What `migrate` found. Every kind but `done` means: do not use this database. */
export type Migrated =
  | { readonly kind: 'done'; readonly applied: readonly string[] }
  | { readonly kind: 'newer'; readonly database: number; readonly known: number }
  | { readonly kind: 'changed'; readonly name: string };

const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** The migrations of this version, in order. */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => fileName.test(name)).sort();
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

async function readMigration(folder: URL, name: string): Promise<Migration> {
  const sql = await readFile(new URL(name, folder), 'utf8');
  const sha256 = createHash('sha256').update(sql).digest('hex');
  return { number: Number(name.slice(0, 4)), name, sql, sha256 };
}

// Any constant of ours: the lock under which one replica migrates while the others wait.
const LOCK = 7_236_001;

/**
 * Brings the database to this version, in one transaction. Safe to call again and from several replicas at once:
 * the second one waits for the lock, finds the rows and does nothing.
 */
export function migrate(engine: Engine, migrations: readonly Migration[]): Promise<Migrated> {
  return engine.script(async (session) => {
    await session.exec(`select pg_advisory_xact_lock(${LOCK})`);
    await session.exec(`create table if not exists migrations (
      number integer primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`);
    return applyMissing(session, migrations);
  });
}

async function applyMissing(session: ScriptSession, migrations: readonly Migration[]): Promise<Migrated> {
  const rows = await session.rows('select number, sha256 from migrations order by number');
  const applied = new Map(rows.map((row) => [Number(row.number), String(row.sha256)]));
  const known = Math.max(0, ...migrations.map((each) => each.number));
  const database = Math.max(0, ...applied.keys());
  if (database > known) return { kind: 'newer', database, known };

  const names: string[] = [];
  for (const migration of migrations) {
    const sha256 = applied.get(migration.number);
    if (sha256 === migration.sha256) continue;
    if (sha256 !== undefined) return { kind: 'changed', name: migration.name };
    await session.exec(migration.sql);
    invariant(fileName.test(migration.name), 'names of migrations need no quoting');
    await session.exec(
      `insert into migrations (number, name, sha256) values (${migration.number}, '${migration.name}', '${migration.sha256}')`,
    );
    names.push(migration.name);
  }
  return { kind: 'done', applied: names };
}
