import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { forEachEngine } from '../../../../test/support/engines.ts';
import { readInt8 } from './column-types.ts';
import { isTaken, sqlState } from './db-error.ts';

forEachEngine('the engine', (engine) => {
  it('gives the same types for the same columns', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740991::int8 as big, count(*) as count, '{"a": 2.0}'::jsonb as json, null::jsonb as nothing,
        '2026-03-04 05:06:07.08+02'::timestamptz as at, '\\x0102'::bytea as bytes, true as yes, 7::int4 as small,
        '0123456789abcdef0123456789abcdef'::uuid as uuid, array['a','b']::text[] as texts, 1.5::float8 as float`.execute(
      engine().db,
    );
    const { bytes, ...row } = rows[0] ?? {};
    assert.deepEqual(row, {
      big: 9007199254740991,
      count: 1,
      json: '{"a": 2.0}',
      nothing: null,
      at: '2026-03-04T03:06:07.080000Z',
      yes: true,
      small: 7,
      uuid: '01234567-89ab-cdef-0123-456789abcdef',
      texts: ['a', 'b'],
      float: 1.5,
    });
    assert.ok(bytes instanceof Uint8Array);
    assert.deepEqual([...bytes], [1, 2]);
  });

  it('takes the same parameters', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select ${'2026-01-01T00:00:00Z'}::timestamptz = '2026-01-01'::timestamptz as at, ${new Uint8Array([1])}::bytea = '\\x01' as bytes,
        ${['a', 'b']}::text[] = array['a','b'] as texts, ${'{"a":1}'}::jsonb->>'a' as json, ${5}::bigint + 1 as big,
        ${null}::text as nothing`.execute(engine().db);
    assert.deepEqual(rows[0], { at: true, bytes: true, texts: true, json: '1', big: 6, nothing: null });
  });

  it('refuses an integer that a number cannot hold', async () => {
    assert.throws(() => readInt8('9007199254740993'), RangeError);
    await assert.rejects(sql`select 9007199254740993::int8`.execute(engine().db));
  });

  it('names the index that a row offends', async () => {
    const { db } = engine();
    await db.insertInto('organisations').values({ name: 'twice' }).execute();
    const error = await db
      .insertInto('organisations')
      .values({ name: 'twice' })
      .execute()
      .catch((thrown: unknown) => thrown);
    assert.equal(sqlState(error), '23505');
    assert.equal(isTaken(error, 'organisations_name_key'), true);
    assert.equal(isTaken(error, 'users_username_key'), false);
  });

  it('keeps transactions apart, and undoes one that throws', async () => {
    const { db } = engine();
    const work = Array.from({ length: 20 }, (_, at) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto('users')
          .values({ username: `u${at}`, email: '' })
          .execute();
        await new Promise((resolve) => setImmediate(resolve));
        if (at % 2 === 1) throw new Error('no');
      }),
    );
    const outside = db.selectFrom('users').selectAll().execute();
    await Promise.allSettled([...work, outside]);
    const names = await db.selectFrom('users').select('username').orderBy('id').execute();
    assert.deepEqual(
      names.map((each) => each.username).toSorted(),
      Array.from({ length: 10 }, (_, at) => `u${at * 2}`).toSorted(),
    );
  });
});
