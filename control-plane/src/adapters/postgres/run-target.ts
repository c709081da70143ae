import { sql } from 'kysely';
import { invariant } from '../../domain/invariant.ts';
import type { Target } from '../../ports/run-store.ts';
import type { Db } from './db.ts';
import { readTexts } from './json-text.ts';

interface TargetRow {
  readonly now: string;
  readonly queue_id: number | null;
  readonly queue: string | null;
  readonly priority: number | null;
  readonly agent_id: number | null;
  readonly agent: string | null;
  readonly namespaces: string | null;
  readonly kinds: string | null;
  readonly connections: string | null;
  readonly has_connected: boolean | null;
}

/**
 * The queue that a submission names, with what its agent last reported, and the database's time, in one statement.
 * Without an agent's name the oldest agent that has such a queue is meant, and one that has connected before others.
 */
export async function runTarget(
  db: Db,
  organisationId: number,
  agent: string | null,
  queue: string,
): Promise<{ target: Target | null; now: string }> {
  const { rows } = await sql<TargetRow>`
    select clock_timestamp() as now, found.* from (select 1) as one left join lateral (
      select q.id as queue_id, q.name as queue, q.priority, a.id as agent_id, a.name as agent, a.namespaces, a.kinds,
        coalesce((select jsonb_agg(c.name order by c.name) from agent_connections c where c.agent_id = a.id), '[]') as connections,
        a.first_seen_at is not null as has_connected
      from agents a join queues q on q.agent_id = a.id
      where a.organisation_id = ${organisationId} and a.live_state = 1 and q.name = ${queue}
        and (${agent}::text is null or a.name = ${agent}::text)
      order by a.first_seen_at is null, a.id limit 1
    ) as found on true`.execute(db);
  const row = rows[0];
  invariant(row !== undefined, 'a left join on one row gives one row');
  return { target: toTarget(row), now: row.now };
}

function toTarget(row: TargetRow): Target | null {
  if (row.queue_id === null || row.agent_id === null) return null;
  return {
    queueId: row.queue_id,
    queue: row.queue ?? '',
    priority: row.priority ?? 0,
    agentId: row.agent_id,
    agent: row.agent ?? '',
    namespaces: readTexts(row.namespaces ?? '[]'),
    kinds: readTexts(row.kinds ?? '[]'),
    connections: readTexts(row.connections ?? '[]'),
    hasConnected: row.has_connected ?? false,
  };
}
