import type { Engine } from '../../control-plane/src/adapters/postgres/db.ts';
import { migrate, readMigrations } from '../../control-plane/src/adapters/postgres/migrate.ts';
import { openPglite } from '../../control-plane/src/adapters/postgres/pglite.ts';
import { openPostgres } from '../../control-plane/src/adapters/postgres/postgres.ts';
import { migrationsFolder } from '../../control-plane/src/files-beside.ts';
import { freshDatabase } from './postgres.ts';

export type EngineKind = Engine['kind'];

/** A fresh database of this version, empty but for the tables. PGlite is in memory. */
export async function freshEngine(kind: EngineKind, poolSize = 10): Promise<Engine> {
  const engine =
    kind === 'pglite'
      ? await openPglite(null)
      : openPostgres({ url: await freshDatabase(), poolSize, onError: () => undefined });
  await migrate(engine, await readMigrations(migrationsFolder));
  return engine;
}

/**
 * The same tests on both engines, each with a database of its own. `ENGINES=pglite` takes only one, for a fast inner loop.
 */
export function forEachEngine(title: string, tests: (engine: () => Engine) => void): void {
  const wanted = (process.env['ENGINES'] ?? 'pglite,postgres').split(',');
  for (const kind of ['pglite', 'postgres'] as const) {
    if (!wanted.includes(kind)) continue;
    describe(`${title} (${kind})`, () => {
      let engine: Engine | undefined;
      before(async function () {
        this.timeout(60_000);
        engine = await freshEngine(kind);
      });
      after(async () => engine?.close());
      tests(() => {
        if (engine === undefined) throw new Error('the engine is there inside tests only');
        return engine;
      });
    });
  }
}
