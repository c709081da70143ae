import { sql } from 'kysely';
import { invariant } from '../../domain/invariant.ts';
import type { WaitingFacts } from '../../domain/runs/waiting.ts';
import type { Db } from './db.ts';
import { toStatus } from './run-rows.ts';

interface FactsRow {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
  readonly gates: number;
  readonly managed_by: 'agent' | 'user' | 'cli';
  readonly agent_name: string | null;
  readonly agent_status: 'offline' | 'online' | 'silent' | null;
  readonly first_seen_at: string | null;
  readonly last_seen_at: string | null;
  readonly capacity: number | null;
  readonly agent_held: number;
  readonly queue_name: string | null;
  readonly paused: boolean | null;
  readonly concurrency: number | null;
  readonly queue_held: number;
  readonly ahead: number;
}

/** Everything that `whyWaiting` asks, in one statement; held runs are counted, never kept as a number. */
export async function waitingFacts(db: Db, runId: number): Promise<WaitingFacts> {
  const { rows } = await sql<FactsRow>`
    select r.status, r.reason, r.message, r.gates, r.managed_by,
      coalesce((select max(l.at) from run_log l
        where l.run_id = r.id and l.entry = 'condition' and l.status = r.status), r.created_at) as since,
      a.name as agent_name, a.status as agent_status, a.first_seen_at, a.last_seen_at, a.capacity,
      (select count(*) from runs h where h.agent_id = r.agent_id and not h.released) as agent_held,
      q.name as queue_name, q.paused, q.concurrency,
      (select count(*) from runs h where h.agent_id = r.agent_id and h.queue_id = r.queue_id and not h.released) as queue_held,
      (select count(*) from runs w where w.status = 'queued' and w.agent_id = r.agent_id and
        (w.priority > r.priority or
          (w.priority = r.priority and (w.queued_at, w.id) < (r.queued_at, r.id)))) as ahead
    from runs r
    left join agents a on a.id = r.agent_id
    left join queues q on q.id = r.queue_id
    where r.id = ${runId}`.execute(db);
  const row = rows[0];
  invariant(row !== undefined, 'the run was read just before');
  return {
    status: toStatus(row.status),
    reason: row.reason,
    message: row.message,
    since: row.since,
    gates: row.gates,
    managedBy: row.managed_by,
    agent:
      row.agent_name === null
        ? null
        : {
            name: row.agent_name,
            status: row.agent_status ?? 'offline',
            firstSeenAt: row.first_seen_at,
            lastSeenAt: row.last_seen_at,
            capacity: row.capacity ?? 0,
            held: row.agent_held,
          },
    queue:
      row.queue_name === null
        ? null
        : {
            name: row.queue_name,
            isPaused: row.paused ?? false,
            concurrency: row.concurrency,
            held: row.queue_held,
          },
    ahead: row.ahead,
  };
}
