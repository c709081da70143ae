import { sql } from 'kysely';
import type { UserPrincipal } from '../../domain/access/principal.ts';
import type { AccountStore, Token } from '../../ports/account-store.ts';
import type { Db } from './db.ts';
import { hexUuid } from './json-text.ts';

/** Users and access tokens in Postgres or PGlite. What each method promises is said at the port. */
export function sqlAccountStore(db: Db): AccountStore {
  return {
    userOfToken: (hash) => userOfToken(db, hash),
    findUser: (username) => findUser(db, username),
    listTokens: (userId) => listTokens(db, userId),
    createToken: (userId, token) => createToken(db, userId, token),
    renameToken: (userId, uuid, name) => renameToken(db, userId, uuid, name),
    revokeToken: (userId, uuid) => revokeToken(db, userId, uuid),
    setEmail: async (userId, email) => {
      await db.updateTable('users').set({ email }).where('id', '=', userId).execute();
    },
    createFirst: (first) => createFirst(db, first),
  };
}

interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly organisation: string | null;
}

const userColumns = sql`u.id, u.username, u.email, (
  select o.name from organisation_members m join organisations o on o.id = m.organisation_id
  where m.user_id = u.id order by o.id limit 1) as organisation`;

const toUser = (row: UserRow | undefined): UserPrincipal | null =>
  row === undefined ? null : { kind: 'user', ...row };

async function userOfToken(db: Db, hash: Uint8Array): Promise<UserPrincipal | null> {
  const { rows } = await sql<UserRow>`
    select ${userColumns} from tokens t join users u on u.id = t.user_id
    where t.hash = ${hash} and t.revoked_at is null and u.disabled_at is null
      and (t.expires_at is null or t.expires_at > clock_timestamp())`.execute(db);
  return toUser(rows[0]);
}

async function findUser(db: Db, username: string): Promise<UserPrincipal | null> {
  const { rows } = await sql<UserRow>`
    select ${userColumns} from users u where u.username = ${username} and u.disabled_at is null`.execute(db);
  return toUser(rows[0]);
}

const tokenColumns = ['uuid', 'name', 'created_at as createdAt', 'expires_at as expiresAt'] as const;
const toToken = (row: Token): Token => ({ ...row, uuid: hexUuid(row.uuid) });

async function listTokens(db: Db, userId: number): Promise<readonly Token[]> {
  const rows = await db
    .selectFrom('tokens')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .select(tokenColumns)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toToken);
}

async function createToken(
  db: Db,
  userId: number,
  token: { name: string; hash: Uint8Array; expiresInSeconds: number | null },
): Promise<Token> {
  const row = await db
    .insertInto('tokens')
    .values({
      user_id: userId,
      name: token.name,
      hash: token.hash,
      // Null plus an interval is null: a token without an end.
      expires_at: sql<string | null>`clock_timestamp() + ${token.expiresInSeconds}::float8 * interval '1 second'`,
    })
    .returning(tokenColumns)
    .executeTakeFirstOrThrow();
  return toToken(row);
}

async function renameToken(db: Db, userId: number, uuid: string, name: string): Promise<Token | null> {
  const row = await db
    .updateTable('tokens')
    .set({ name })
    .where('user_id', '=', userId)
    .where('uuid', '=', uuid)
    .where('revoked_at', 'is', null)
    .returning(tokenColumns)
    .executeTakeFirst();
  return row === undefined ? null : toToken(row);
}

async function revokeToken(db: Db, userId: number, uuid: string): Promise<boolean> {
  const row = await db
    .updateTable('tokens')
    .set({ revoked_at: sql<string>`clock_timestamp()` })
    .where('user_id', '=', userId)
    .where('uuid', '=', uuid)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

async function createFirst(
  db: Db,
  first: { organisation: string; username: string; hash: Uint8Array; project: string | null },
): Promise<boolean> {
  // The unique names decide between replicas: the loser's statement inserts nothing.
  const { rows } = await sql`
    with u as (
      insert into users (username, email) select ${first.username}, ${`${first.username}@localhost`}
      where not exists (select 1 from users) on conflict do nothing returning id
    ), o as (
      insert into organisations (name) select ${first.organisation} from u on conflict do nothing returning id
    ), m as (
      insert into organisation_members (organisation_id, user_id, role) select o.id, u.id, 'owner' from o, u
    ), p as (
      insert into projects (organisation_id, name) select o.id, ${first.project}::text from o
      where ${first.project}::text is not null
    )
    insert into tokens (user_id, name, hash) select u.id, 'first', ${first.hash}::bytea from u returning id`.execute(
    db,
  );
  return rows.length === 1;
}
