import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { freshDatabase } from '../../../../test/support/postgres.ts';
import type { Db, Engine } from './db.ts';
import { openPostgres } from './postgres.ts';

describe('prepared statements', () => {
  let engine: Engine;
  let told: string[];

  beforeEach(async () => {
    told = [];
    // One connection, so that each test knows what it has prepared.
    engine = openPostgres({
      url: await freshDatabase(),
      poolSize: 1,
      onError: ({ message }) => told.push(message),
    });
    await sql`create table things (id bigint primary key)`.execute(engine.db);
    await sql`insert into things values (1), (2)`.execute(engine.db);
  });
  afterEach(() => engine.close());

  const thing = async (db: Db, id: number): Promise<unknown> =>
    (await sql`select * from things where id = ${id}`.execute(db)).rows[0];
  const often = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) assert.deepEqual(await thing(engine.db, 1), { id: 1 });
  };
  const kept = async (): Promise<readonly string[]> => {
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(engine.db);
    return rows.map(({ statement }) => statement);
  };

  it('are kept for what comes again and again, each with the values of its call', async () => {
    await thing(engine.db, 1);
    assert.deepEqual(await kept(), []);
    await often();
    assert.deepEqual(await kept(), ['select * from things where id = $1']);
    assert.deepEqual(await thing(engine.db, 2), { id: 2 });
  });

  it('are bounded, however many texts there are', async () => {
    for (let text = 0; text < 230; text += 1)
      for (let turn = 0; turn < 3; turn += 1)
        await sql`select ${text}::int as ${sql.id(`c${text}`)}`.execute(engine.db);
    assert.equal((await kept()).length, 200);
  });

  it('are made anew when their table has changed, and nobody sees an error', async () => {
    await often();
    await sql`alter table things add column name text`.execute(engine.db);
    for (let turn = 0; turn < 5; turn += 1) assert.deepEqual(await thing(engine.db, 1), { id: 1, name: null });
    assert.equal((await kept()).length, 2);
    assert.deepEqual(told, []);
  });

  it('are given up when something in between loses them, which is told once', async () => {
    await often();
    await sql`deallocate all`.execute(engine.db);
    await often();
    await sql`deallocate all`.execute(engine.db);
    await often();
    assert.deepEqual(await kept(), []);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /prepared statement/);
  });

  it('fail a transaction with the error of what was lost', async () => {
    await often();
    const work = engine.db.transaction().execute(async (tx) => {
      await sql`deallocate all`.execute(tx);
      await thing(tx, 1);
    });
    await assert.rejects(work, /prepared statement .* does not exist/);
    await often();
  });
});
