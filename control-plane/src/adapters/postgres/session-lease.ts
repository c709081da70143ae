import type { Hello } from '@tandem/proto';
import { sql } from 'kysely';
import type { Opened, Replica } from '../../ports/agent-sessions.ts';
import type { Db } from './db.ts';

/** Seconds that a session lives without a heartbeat (decisions.md 38). */
export const leaseSeconds = 30;

/** Opens a session: raises the epoch and writes down what the agent said of itself, in one transaction. */
export async function openSession(
  db: Db,
  agentId: number,
  hello: Hello,
  replica: Replica,
): Promise<Opened | { kind: 'refused' }> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ name: string; epoch: number; session_id: string }>`
      update agents set
        epoch = epoch + 1, status = 'online', version = ${hello.version}, cluster_uid = ${hello.clusterUid},
        capacity = ${hello.capacity}, max_in_flight = ${hello.maxInFlight},
        kinds = ${JSON.stringify(hello.kinds)}::jsonb, namespaces = ${JSON.stringify(hello.namespaces)}::jsonb,
        artifacts_store = ${hello.artifactsStore === '' ? null : hello.artifactsStore},
        features = ${JSON.stringify(hello.features)}::jsonb, stage1_editions = ${JSON.stringify(hello.stage1Editions)}::jsonb,
        key_thumbprint = ${hello.keyThumbprint}, trust_version = ${Number(hello.trustVersion)},
        policy_sha256 = ${hello.policySha256}, queue_levels = ${JSON.stringify(hello.queueLevels)}::jsonb,
        first_seen_at = coalesce(first_seen_at, clock_timestamp()), last_seen_at = clock_timestamp(), updated_at = clock_timestamp()
      where id = ${agentId} and live_state = 1
      returning name, epoch, gen_random_uuid() as session_id
    `.execute(tx);
    const agent = rows[0];
    if (agent === undefined) return { kind: 'refused' };
    await writeSession(tx, agentId, agent, hello.instanceId, replica);
    await writeConnections(tx, agentId, hello);
    return { kind: 'opened', sessionId: agent.session_id, epoch: agent.epoch, agentName: agent.name };
  });
}

async function writeSession(
  tx: Db,
  agentId: number,
  agent: { readonly epoch: number; readonly session_id: string },
  instanceId: string,
  replica: Replica,
): Promise<void> {
  await sql`
    insert into agent_sessions (agent_id, session_id, epoch, instance_id, replica_id, replica_url, lease_until)
    values (${agentId}, ${agent.session_id}, ${agent.epoch}, ${instanceId}, ${replica.id}, ${replica.url},
      clock_timestamp() + make_interval(secs => ${leaseSeconds}))
    on conflict (agent_id) do update set
      session_id = excluded.session_id, epoch = excluded.epoch, instance_id = excluded.instance_id,
      replica_id = excluded.replica_id, replica_url = excluded.replica_url, opened_at = clock_timestamp(),
      lease_until = excluded.lease_until
  `.execute(tx);
}

/** The catalogue is what the agent said last: what it no longer names is gone. */
async function writeConnections(tx: Db, agentId: number, hello: Hello): Promise<void> {
  await sql`delete from agent_connections where agent_id = ${agentId}`.execute(tx);
  await sql`
    insert into agent_connections (agent_id, name, kind, tags, description)
    select ${agentId}, c.name, c.kind, coalesce(c.tags, '[]'), coalesce(c.description, '')
    from jsonb_to_recordset(${JSON.stringify(hello.connections)}::jsonb) as c (name text, kind text, tags jsonb, description text)
    on conflict do nothing
  `.execute(tx);
}

/** Extends the lease of the session that has this epoch; an older one learns that it is fenced. */
export async function touchSession(db: Db, agentId: number, epoch: number): Promise<'live' | 'fenced'> {
  const { rows } = await sql`
    with live as (
      update agents set last_seen_at = clock_timestamp(), status = 'online'
      where id = ${agentId} and epoch = ${epoch} and live_state = 1 returning id
    )
    update agent_sessions s set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    from live where s.agent_id = live.id and s.epoch = ${epoch} returning s.agent_id
  `.execute(db);
  return rows.length > 0 ? 'live' : 'fenced';
}

/** Ends a session that ends cleanly: the agent shows as offline at once instead of after the lease. */
export async function closeSession(db: Db, agentId: number, epoch: number): Promise<void> {
  await sql`
    with ended as (delete from agent_sessions where agent_id = ${agentId} and epoch = ${epoch} returning agent_id)
    update agents set status = 'offline', updated_at = clock_timestamp() from ended where agents.id = ended.agent_id
  `.execute(db);
}
