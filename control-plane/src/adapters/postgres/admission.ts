import { sql } from 'kysely';
import { type RunHead, transition } from '../../domain/runs/move.ts';
import { enqueueCommands } from './commands.ts';
import type { Db } from './db.ts';
import { type HeadRow, moveRuns, toHead } from './move-runs.ts';

/**
 * Admission: hands queued runs to an agent, in one transaction with their start commands (decisions.md 37).
 *
 * What is in flight is counted from the rows, never kept in a counter, so it cannot drift. The agent's row is locked
 * first: a second replica that believes it holds the session waits here, and then finds the epoch changed.
 * Limits are applied in SQL: a run that may not start is not read (orchestration.md 5.3).
 */
export async function admitRuns(db: Db, agentId: number, epoch: number, most: number): Promise<readonly RunHead[]> {
  if (!(await isAnythingReady(db, agentId))) return [];
  return await db.transaction().execute(async (tx) => {
    const room = await roomOf(tx, agentId, epoch);
    const wanted = Math.min(room, most);
    if (wanted <= 0) return [];
    const ready = await readyRuns(tx, agentId, wanted);
    const moves = ready.map((run) =>
      transition(run, 'scheduled', { reason: 'Leased', writer: 'control-plane', set: { released: false } }),
    );
    const moved = await moveRuns(tx, moves);
    await enqueueCommands(
      tx,
      agentId,
      moved.map((run) => ({ runId: run.id, attempt: run.attempt, generation: run.generation, command: 'start' })),
    );
    return moved;
  });
}

/**
 * A look without locks: most wake-ups find nothing to admit, and the lock on the agent's row would make each of them wait
 * for the disk. Whoever queued a run or made room has committed before it woke us, so nothing is overlooked.
 */
async function isAnythingReady(db: Db, agentId: number): Promise<boolean> {
  const { rows } = await sql`
    select from queues q
    where q.agent_id = ${agentId} and not q.paused
      and exists (
        select from runs where queue_id = q.id and status = 'queued' and live_state = 1
          and (not_before is null or not_before <= clock_timestamp())
      )
      and (select capacity from agents where id = ${agentId})
        > (select count(*) from runs where agent_id = ${agentId} and not released)
    limit 1
  `.execute(db);
  return rows.length > 0;
}

/** How many more runs the agent may hold; 0 for a session that is not the present one. */
async function roomOf(tx: Db, agentId: number, epoch: number): Promise<number> {
  const { rows } = await sql<{ room: number }>`
    select capacity - (select count(*) from runs where agent_id = ${agentId} and not released) as room
    from agents where id = ${agentId} and epoch = ${epoch} and live_state = 1 for update
  `.execute(tx);
  return Math.max(0, rows[0]?.room ?? 0);
}

/** Queues by priority, then runs by priority, then in turn over the queues, then by time. */
async function readyRuns(tx: Db, agentId: number, wanted: number): Promise<readonly RunHead[]> {
  const { rows } = await sql<HeadRow>`
    with held as (
      select queue_id, count(*) as n from runs where agent_id = ${agentId} and not released group by queue_id
    ), ready as (
      select r.*, q.priority as queue_priority,
        row_number() over (partition by q.id order by r.priority desc, r.queued_at, r.id) as turn
      from queues q
      left join held on held.queue_id = q.id
      cross join lateral (
        select id, uuid, status, version, attempt, generation, agent_id, priority, queued_at from runs
        where queue_id = q.id and status = 'queued' and live_state = 1
          and (not_before is null or not_before <= clock_timestamp())
        order by priority desc, queued_at, id
        limit greatest(0, least(${wanted}, coalesce(q.concurrency - coalesce(held.n, 0), ${wanted})))
        for update skip locked
      ) r
      where q.agent_id = ${agentId} and not q.paused
    )
    select id, uuid, status, version, attempt, generation, agent_id from ready
    order by queue_priority desc, priority desc, turn, queued_at, id limit ${wanted}
  `.execute(tx);
  return rows.map(toHead);
}
