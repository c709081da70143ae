import { DONE, RUNNING, type Status } from '@tandem/shared/lifecycle';
import { sql } from 'kysely';
import { cutMessage, type Move, type RunHead } from '../../domain/runs/move.ts';
import type { Db } from './db.ts';

const running = `{${[...RUNNING].join(',')}}`;
const finals = `{${[...DONE].join(',')}}`;

/**
 * Writes status changes: rows, times and log entries in one statement.
 *
 * Each move counts only if its run still has the version that was read; the others are left out of the answer, and the
 * caller reads again and decides again (orchestration.md 6.2.1). All times are the database's (decisions.md 43).
 */
export async function moveRuns(tx: Db, moves: readonly Move[]): Promise<readonly RunHead[]> {
  if (moves.length === 0) return [];
  const { rows } = await sql<HeadRow>`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(moves.map(toRow))}::jsonb) as m (
        id bigint, version bigint, expected text, next text, reason text, message text, writer text, meta jsonb,
        gates integer, report_seq bigint, exit_code integer, next_generation boolean, released boolean, outputs text
      ) limit ${moves.length} -- Tells the planner how few they are: it would read all of runs for the 100 that it expects.
    ), moved as (
      update runs r set
        status = m.next, reason = m.reason, message = m.message, version = r.version + 1, log_pos = r.log_pos + 1,
        updated_at = clock_timestamp(),
        gates = coalesce(m.gates, r.gates),
        report_seq = coalesce(m.report_seq, r.report_seq),
        exit_code = coalesce(m.exit_code, r.exit_code),
        generation = r.generation + case when m.next_generation then 1 else 0 end,
        released = coalesce(m.released, r.released),
        outputs = case when m.outputs is null then r.outputs else r.outputs || m.outputs::jsonb end,
        queued_at = case when m.next = 'queued' then coalesce(r.queued_at, clock_timestamp()) else r.queued_at end,
        started_at = case when m.next = any(${running}::text[]) then coalesce(r.started_at, clock_timestamp()) else r.started_at end,
        finished_at = case when m.next = any(${finals}::text[]) then coalesce(r.finished_at, clock_timestamp()) else r.finished_at end,
        stop_requested_at = case when m.next = 'stopping' then clock_timestamp() else r.stop_requested_at end
      from asked m
      where r.id = m.id and r.version = m.version and r.status = m.expected
      returning r.id, r.uuid, r.status, r.version, r.attempt, r.generation, r.agent_id, r.log_pos,
        m.reason, m.message, m.writer, m.meta
    ), logged as (
      insert into run_log (run_id, pos, entry, attempt, status, reason, message, writer, meta)
      select id, log_pos, 'condition', attempt, status, reason, message, writer, coalesce(meta, '{}') from moved
    )
    select id, uuid, status, version, attempt, generation, agent_id from moved
  `.execute(tx);
  return rows.map(toHead);
}

/** An entry that changes no status: the same condition again, an action, or a report without effect. */
export interface LogEntry {
  readonly runId: number;
  readonly entry: 'refresh' | 'action' | 'dropped';
  readonly status: Status;
  readonly reason: string;
  readonly message: string;
  readonly writer: string;
  /** Sequence of the report that this is about, so that it does not count twice. */
  readonly reportSeq?: bigint;
}

/**
 * Appends entries to the logs of runs without moving them. A refresh also renews the reason and the message of the row.
 * The version stays, so no move in flight is lost. At most one entry for a run in one call.
 */
export async function logEntries(tx: Db, entries: readonly LogEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((each) => ({
    id: each.runId,
    entry: each.entry,
    status: each.status,
    reason: each.reason,
    message: cutMessage(each.message),
    writer: each.writer,
    report_seq: each.reportSeq === undefined ? null : Number(each.reportSeq),
  }));
  await sql`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (
        id bigint, entry text, status text, reason text, message text, writer text, report_seq bigint
      ) limit ${rows.length} -- As in moveRuns.
    ), touched as (
      update runs r set log_pos = r.log_pos + 1, report_seq = greatest(r.report_seq, e.report_seq),
        reason = case when e.entry = 'refresh' and e.status = r.status then e.reason else r.reason end,
        message = case when e.entry = 'refresh' and e.status = r.status then e.message else r.message end
      from asked e where r.id = e.id
      returning r.id, r.log_pos, r.attempt, e.entry, e.status, e.reason, e.message, e.writer
    )
    insert into run_log (run_id, pos, entry, attempt, status, reason, message, writer)
    select id, log_pos, entry, attempt, status, reason, message, writer from touched
  `.execute(tx);
}

/** A run's head as a row of the table. */
export interface HeadRow {
  readonly id: number;
  readonly uuid: string;
  readonly status: string;
  readonly version: number;
  readonly attempt: number;
  readonly generation: number;
  readonly agent_id: number | null;
}

export function toHead(row: HeadRow): RunHead {
  return {
    id: row.id,
    uuid: row.uuid.replaceAll('-', ''),
    status: row.status as Status,
    version: row.version,
    attempt: row.attempt,
    generation: row.generation,
    agentId: row.agent_id,
  };
}

function toRow(move: Move): object {
  const set = move.set ?? {};
  return {
    id: move.run.id,
    version: move.run.version,
    expected: move.run.status,
    next: move.next,
    reason: move.reason,
    message: move.message,
    writer: move.writer,
    meta: move.meta ?? {},
    gates: set.gates ?? null,
    report_seq: set.reportSeq === undefined ? null : Number(set.reportSeq),
    exit_code: set.exitCode ?? null,
    next_generation: set.nextGeneration ?? false,
    released: set.released ?? null,
    // As text: a JSON number on the way would turn 2.0 into 2.
    outputs: set.outputs ?? null,
  };
}
