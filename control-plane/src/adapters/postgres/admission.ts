import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A run that was handed to its agent. */
export interface AdmittedRun {
  /** 32 hex digits. */
  readonly uuid: string;
}

/** How often an admission begins anew because another writer of the agent's outbox came between. */
const mostTries = 20;

/**
 * Admission: hands queued runs to an agent together with their start commands (decisions.md 37), in one statement: one
 * round trip and one commit on the way of every run.
 *
 * What is in flight is counted from the rows, never kept in a counter, so it cannot drift. Limits are applied in SQL: a run
 * that may not start is not read (orchestration.md 5.3).
 *
 * The agent's row is locked, so admissions and other commands of an agent come one after another. A statement counts what
 * it saw when it began, which may be before it had waited for the lock. So the lock is given only while `command_seq`,
 * which every admission raises, is as it was then; otherwise nothing is done, and the statement is tried again.
 */
export async function admitRuns(db: Db, agentId: number, epoch: number, most: number): Promise<readonly AdmittedRun[]> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const { rows } = await admission(agentId, epoch, most).execute(db);
    const isOvertaken = rows.some((row) => row.is_ready && !row.is_locked);
    if (!isOvertaken) return rows.flatMap(({ uuid }) => (uuid === null ? [] : { uuid: uuid.replaceAll('-', '') }));
  }
  return [];
}

interface Row {
  /** Something may be handed out. */
  readonly is_ready: boolean;
  /** The agent's row could be locked as it was seen; false for a session that is not the present one, too. */
  readonly is_locked: boolean;
  readonly uuid: string | null;
}

/**
 * `seen` is a look without locks: most wake-ups find nothing to admit, and the lock would make each of them wait for the
 * disk. Whoever queued a run or made room has committed before it woke us, so nothing is overlooked.
 *
 * Runs go by the priority of their queue, then their own, then in turn over the queues, then by time. A run that somebody
 * changes at this moment is passed over: whoever changes it wakes us.
 */
function admission(agentId: number, epoch: number, most: number) {
  return sql<Row>`
    with held as materialized (
      select queue_id, count(*) as n from runs where agent_id = ${agentId} and not released group by queue_id
    ), seen as materialized (
      select a.id, a.command_seq from agents a
      where a.id = ${agentId}
        -- What is held is only counted where something waits.
        and case when exists (
          select from queues q where q.agent_id = a.id and not q.paused and exists (
            select from runs where queue_id = q.id and status = 'queued' and live_state = 1
              and (not_before is null or not_before <= clock_timestamp())
          )
        ) then a.capacity > (select coalesce(sum(n), 0) from held) else false end
    ), agent as materialized (
      select a.capacity from agents a join seen on seen.id = a.id
      where a.epoch = ${epoch} and a.live_state = 1 and a.command_seq = seen.command_seq
      for update of a
    ), room as (
      select greatest(0, least(${most}::bigint, capacity - (select coalesce(sum(n), 0) from held)))::bigint as n from agent
    ), ready as (
      select r.*, q.priority as queue_priority,
        row_number() over (partition by q.id order by r.priority desc, r.queued_at, r.id) as turn
      from room
      join queues q on q.agent_id = ${agentId} and not q.paused
      left join held on held.queue_id = q.id
      cross join lateral (
        select id, priority, queued_at from runs
        where queue_id = q.id and status = 'queued' and live_state = 1
          and (not_before is null or not_before <= clock_timestamp())
        order by priority desc, queued_at, id
        limit greatest(0, least(room.n, coalesce(q.concurrency - coalesce(held.n, 0), room.n)))
        for update skip locked
      ) r
    ), chosen as (
      select id, row_number() over (order by queue_priority desc, priority desc, turn, queued_at, id) as place
      from ready order by place limit (select n from room)
    ), moved as (
      update runs r set status = 'scheduled', reason = 'Leased', message = '', version = r.version + 1,
        log_pos = r.log_pos + 1, updated_at = clock_timestamp(), released = false,
        started_at = coalesce(r.started_at, clock_timestamp()) -- As moveRuns: scheduled is one of RUNNING.
      from chosen where r.id = chosen.id and r.status = 'queued'
      returning r.id, r.uuid, r.attempt, r.generation, r.log_pos, chosen.place
    ), logged as (
      insert into run_log (run_id, pos, entry, attempt, status, reason, message, writer)
      select id, log_pos, 'condition', attempt, 'scheduled', 'Leased', '', 'control-plane' from moved
    ), numbered as (
      update agents set command_seq = command_seq + (select count(*) from moved)
      where id = ${agentId} and exists (select from moved)
      returning command_seq - (select count(*) from moved) as base
    ), started as (
      insert into agent_commands (agent_id, seq, run_id, attempt, generation, command, body, not_after)
      select ${agentId}, numbered.base + row_number() over (order by moved.place), moved.id, moved.attempt,
        moved.generation, 'start', '{}', clock_timestamp() + interval '24 hours'
      from numbered, moved
    )
    select exists (select from seen) as is_ready, exists (select from agent) as is_locked, moved.uuid
    from (select 1) as one left join moved on true order by moved.place`;
}
