import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely } from 'kysely';
import { oid, readInt8, readText, readTimestamp } from './column-types.ts';
import type { Engine, ScriptSession } from './db.ts';
import { pgliteDialect } from './pglite-dialect.ts';
import type { Tables } from './tables.ts';

/**
 * Opens the embedded database in `folder/pglite`, or in memory when there is no folder.
 * The caller holds the lock of the folder (see `adapters/files/data-folder.ts`): two processes on one folder would
 * destroy it.
 */
export async function openPglite(folder: string | null): Promise<Engine> {
  // Loaded here and not at the top: its WebAssembly costs memory that a control plane on Postgres need not have.
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create({
    ...(folder === null ? {} : { dataDir: join(folder, 'pglite') }),
    parsers: { [oid.int8]: readInt8, [oid.json]: readText, [oid.jsonb]: readText, [oid.timestamptz]: readTimestamp },
  });
  // As `sessionOf`. Nothing ever counts the rows here, so the planner would take every table for small.
  await pglite.exec("set time zone 'UTC'; set datestyle to 'ISO'; set enable_seqscan to off");
  const db = new Kysely<Tables>({ dialect: pgliteDialect(pglite) });
  return { kind: 'pglite', db, script: (work) => script(pglite, work), close: () => close(db, pglite) };
}

function script<T>(pglite: PGlite, work: (session: ScriptSession) => Promise<T>): Promise<T> {
  return pglite.transaction((tx) =>
    work({
      exec: async (text) => void (await tx.exec(text)),
      rows: async (text) => (await tx.query<Record<string, unknown>>(text)).rows,
    }),
  );
}

async function close(db: Kysely<Tables>, pglite: PGlite): Promise<void> {
  await db.destroy();
  if (!pglite.closed) await pglite.close();
}
