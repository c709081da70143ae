import { sql } from 'kysely';
import type { Agent, AgentStore, Connection, Queue } from '../../ports/agent-store.ts';
import type { Listed, Page } from '../../ports/project-store.ts';
import type { Db } from './db.ts';
import { hexUuid, readTexts, storable } from './json-text.ts';

/** Agents, queues and connections in Postgres or PGlite. What each method promises is said at the port. */
export function sqlAgentStore(db: Db): AgentStore {
  return {
    list: (organisationId, page) => listAgents(db, organisationId, page),
    find: (organisationId, uuid) => findAgent(db, organisationId, uuid),
    create: (organisationId, agent) => createAgent(db, organisationId, agent),
    addEnrolment: (agentId, hash, validSeconds) => addEnrolment(db, agentId, hash, validSeconds),
    revoke: (agentId) => revokeAgent(db, agentId),
    queues: (organisationId, page) => listQueues(db, organisationId, page),
    connections: (organisationId, page) => listConnections(db, organisationId, page),
  };
}

const agentColumns = [
  'id',
  'uuid',
  'name',
  'description',
  'status',
  'live_state as liveState',
  'version',
  'capacity',
  'kinds',
  'namespaces',
  'first_seen_at as firstSeenAt',
  'last_seen_at as lastSeenAt',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

type AgentRow = Omit<Agent, 'kinds' | 'namespaces'> & { readonly kinds: string; readonly namespaces: string };

function toAgent(row: AgentRow): Agent {
  return { ...row, uuid: hexUuid(row.uuid), kinds: readTexts(row.kinds), namespaces: readTexts(row.namespaces) };
}

async function listAgents(db: Db, organisationId: number, page: Page): Promise<Listed<Agent>> {
  const live = db.selectFrom('agents').where('organisation_id', '=', organisationId).where('live_state', '=', 1);
  const { count } = await live.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = await live.select(agentColumns).orderBy('name').limit(page.limit).offset(page.offset).execute();
  return { count, items: rows.map(toAgent) };
}

async function findAgent(db: Db, organisationId: number, uuid: string): Promise<Agent | null> {
  const row = await db
    .selectFrom('agents')
    .where('organisation_id', '=', organisationId)
    .where('uuid', '=', uuid)
    .where('live_state', '=', 1)
    .select(agentColumns)
    .executeTakeFirst();
  return row === undefined ? null : toAgent(row);
}

async function createAgent(
  db: Db,
  organisationId: number,
  agent: { name: string; description: string | null },
): Promise<Agent | null> {
  const { rows } = await sql<{ readonly uuid: string }>`
    with a as (
      insert into agents (organisation_id, name, description)
      values (${organisationId}, ${agent.name}, ${agent.description === null ? null : storable(agent.description)})
      on conflict (organisation_id, name) where live_state >= 0 do nothing returning id, uuid
    ), q as (
      insert into queues (agent_id, name) select id, 'default' from a
    )
    select uuid from a`.execute(db);
  const made = rows[0];
  return made === undefined ? null : findAgent(db, organisationId, made.uuid);
}

async function addEnrolment(db: Db, agentId: number, hash: Uint8Array, validSeconds: number): Promise<string> {
  return db.transaction().execute(async (tx) => {
    await sql`delete from enrolment_tokens where agent_id = ${agentId} and used_at is null`.execute(tx);
    const { rows } = await sql<{ readonly expires_at: string }>`
      insert into enrolment_tokens (hash, agent_id, expires_at)
      values (${hash}, ${agentId}, clock_timestamp() + ${validSeconds}::float8 * interval '1 second')
      returning expires_at`.execute(tx);
    return rows[0]?.expires_at ?? '';
  });
}

async function revokeAgent(db: Db, agentId: number): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    // A new epoch fences whatever session is open.
    const { rows } = await sql`
      update agents set live_state = -1, status = 'offline', epoch = epoch + 1, updated_at = clock_timestamp()
      where id = ${agentId} and live_state = 1 returning id`.execute(tx);
    if (rows.length === 0) return false;
    await sql`update agent_keys set valid_to = clock_timestamp() where agent_id = ${agentId} and valid_to is null`.execute(
      tx,
    );
    await sql`delete from enrolment_tokens where agent_id = ${agentId} and used_at is null`.execute(tx);
    await sql`delete from agent_sessions where agent_id = ${agentId}`.execute(tx);
    return true;
  });
}

async function listQueues(db: Db, organisationId: number, page: Page): Promise<Listed<Queue>> {
  const live = db
    .selectFrom('queues as q')
    .innerJoin('agents as a', 'a.id', 'q.agent_id')
    .where('a.organisation_id', '=', organisationId)
    .where('a.live_state', '=', 1);
  const { count } = await live.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = await live
    .select([
      'q.uuid',
      'a.name as agent',
      'q.name',
      'q.priority',
      'q.concurrency',
      'q.paused',
      'q.created_at as createdAt',
    ])
    .orderBy('a.name')
    .orderBy('q.name')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count, items: rows.map((row) => ({ ...row, uuid: hexUuid(row.uuid) })) };
}

async function listConnections(db: Db, organisationId: number, page: Page): Promise<Listed<Connection>> {
  const live = db
    .selectFrom('agent_connections as c')
    .innerJoin('agents as a', 'a.id', 'c.agent_id')
    .where('a.organisation_id', '=', organisationId)
    .where('a.live_state', '=', 1);
  const { count } = await live.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = await live
    .select(['a.name as agent', 'c.name', 'c.kind', 'c.tags', 'c.description'])
    .orderBy('c.name')
    .orderBy('a.name')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count, items: rows.map((row) => ({ ...row, tags: readTexts(row.tags) })) };
}
