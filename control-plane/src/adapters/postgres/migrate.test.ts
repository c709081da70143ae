import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { forEachEngine } from '../../../../test/support/engines.ts';
import { freshDatabase } from '../../../../test/support/postgres.ts';
import { migrationsFolder } from '../../files-beside.ts';
import { dumpSchema } from './dump-schema.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openPostgres } from './postgres.ts';

forEachEngine('migrations', (engine) => {
  it('are not run a second time', async () => {
    assert.deepEqual(await migrate(engine(), await readMigrations(migrationsFolder)), { kind: 'done', applied: [] });
  });

  it('give the schema that is committed', async () => {
    const committed = await readFile(new URL('schema.sql', migrationsFolder), 'utf8');
    assert.equal(await dumpSchema(engine().db), committed, 'run pnpm gen');
  });

  it('refuse a database of a newer version, and one that another form of them made', async () => {
    const migrations = await readMigrations(migrationsFolder);
    const known = migrations.length;
    await sql`insert into migrations (number, name, sha256) values (999, 'later', 'x')`.execute(engine().db);
    assert.deepEqual(await migrate(engine(), migrations), { kind: 'newer', database: 999, known });
    await sql`delete from migrations where number = 999`.execute(engine().db);
    const changed = migrations.map((each) => ({ ...each, sha256: 'other' }));
    assert.equal((await migrate(engine(), changed)).kind, 'changed');
  });

  it('leave nothing of a migration that fails', async () => {
    const migrations = await readMigrations(migrationsFolder);
    const broken = {
      number: 998,
      name: '0998-broken.sql',
      sha256: 'x',
      sql: 'create table half (id int); select nonsense;',
    };
    await assert.rejects(migrate(engine(), [...migrations, broken]));
    const { rows } = await sql<{ found: string | null }>`select to_regclass('half')::text as found`.execute(
      engine().db,
    );
    assert.equal(rows[0]?.found, null);
  });
});

describe('migrations on a server', () => {
  it('run once when several replicas start at once', async () => {
    const url = await freshDatabase();
    const engines = [1, 2, 3, 4].map(() => openPostgres({ url, poolSize: 2, onError: () => undefined }));
    const migrations = await readMigrations(migrationsFolder);
    const results = await Promise.all(engines.map((each) => migrate(each, migrations)));
    const applied = results.flatMap((each) => (each.kind === 'done' ? each.applied : ['?']));
    assert.deepEqual(
      applied,
      migrations.map((each) => each.name),
    );
    await Promise.all(engines.map((each) => each.close()));
  });
});
