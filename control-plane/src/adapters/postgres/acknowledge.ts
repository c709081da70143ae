import type { CommandAck } from '@tandem/proto';
import { DONE, mayMove } from '@tandem/shared/lifecycle';
import { sql } from 'kysely';
import { type Answer, type Effect, effectOf } from '../../domain/runs/answer-to-command.ts';
import { type RunHead, transition } from '../../domain/runs/move.ts';
import type { SessionAgent } from '../../ports/agent-sessions.ts';
import type { Db } from './db.ts';
import { type HeadRow, type LogEntry, logEntries, moveRuns, toHead } from './move-runs.ts';

/**
 * Takes answers of an agent, all in one transaction, and gives the uuids of the runs that moved.
 * An answer that comes again finds its command closed and does nothing; one from an older session is not looked at.
 */
export async function acknowledge(
  db: Db,
  agent: SessionAgent,
  acks: readonly CommandAck[],
): Promise<readonly string[]> {
  return await db.transaction().execute(async (tx) => {
    const answered = await closeCommands(tx, agent.id, agent.epoch, acks);
    if (answered.length === 0) return [];
    const heads = await headsForUpdate(
      tx,
      answered.map((each) => each.runId),
    );
    const moved: string[] = [];
    const refreshes = new Refreshes(tx);
    for (const { answer, runId, attempt, seq } of answered) {
      const run = heads.get(runId) ?? null;
      const current = run !== null && run.attempt === attempt ? run : null;
      const effect = effectOf(answer, current);
      const writer = `agent:${agent.name}`;
      if (effect.kind === 'refresh' && run !== null) {
        await refreshes.add({
          runId,
          entry: 'refresh',
          status: run.status,
          reason: effect.reason,
          message: '',
          writer,
        });
        continue;
      }
      // The log of a run keeps the order of its answers.
      await refreshes.writeIfAbout(runId);
      const after = await perform(tx, { effect, run, agentId: agent.id, seq, writer });
      if (after !== null) {
        heads.set(runId, after);
        moved.push(after.uuid);
      }
    }
    await refreshes.write();
    return moved;
  });
}

/** Accepted starts are most of the answers: their log entries are written together, in one statement. */
class Refreshes {
  readonly #tx: Db;
  readonly #entries = new Map<number, LogEntry>();

  constructor(tx: Db) {
    this.#tx = tx;
  }

  async add(entry: LogEntry): Promise<void> {
    await this.writeIfAbout(entry.runId);
    this.#entries.set(entry.runId, entry);
  }

  /** Writes what is gathered if a run is in it that something else happens to now. */
  async writeIfAbout(runId: number): Promise<void> {
    if (this.#entries.has(runId)) await this.write();
  }

  async write(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await logEntries(this.#tx, entries);
  }
}

interface Answered {
  readonly answer: Answer;
  readonly runId: number;
  readonly attempt: number;
  readonly seq: number;
}

/** Marks commands as answered, unless they were; `retry` of anything but a start is taken back by its effect. */
async function closeCommands(
  tx: Db,
  agentId: number,
  epoch: number,
  acks: readonly CommandAck[],
): Promise<readonly Answered[]> {
  const asked = acks.map((ack) => ({ seq: Number(ack.seq), outcome: ack.outcome, reason: ack.reason.slice(0, 100) }));
  const { rows } = await sql<{
    seq: number;
    run_id: number | null;
    attempt: number;
    generation: number;
    command: Answer['command'];
  }>`
    update agent_commands c set acked_at = clock_timestamp(), outcome = a.outcome, reason = a.reason
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a (seq bigint, outcome text, reason text)
    where c.agent_id = ${agentId} and c.seq = a.seq and c.acked_at is null
      and exists (select from agents where id = ${agentId} and epoch = ${epoch})
    returning c.seq, c.run_id, c.attempt, c.generation, c.command
  `.execute(tx);
  const bySeq = new Map(acks.map((ack) => [Number(ack.seq), ack]));
  return rows.flatMap((row) => {
    const ack = bySeq.get(row.seq);
    if (ack === undefined || row.run_id === null) return [];
    const outcome = outcomeOf(ack.outcome);
    const { reason, message, retryAfterMs } = ack;
    const answer = { command: row.command, outcome, reason, message, retryAfterMs, generation: row.generation };
    return [{ answer, runId: row.run_id, attempt: row.attempt, seq: row.seq }];
  });
}

/** An outcome that we do not know is a refusal: the command had no effect that we understand. */
function outcomeOf(text: string): Answer['outcome'] {
  switch (text) {
    case 'accepted':
    case 'already':
    case 'superseded':
    case 'rejected':
    case 'retry':
      return text;
    default:
      return 'rejected';
  }
}

/** Reads runs and locks them in the order of their ids, so that two writers never wait for each other. */
export async function headsForUpdate(tx: Db, ids: readonly number[]): Promise<Map<number, RunHead>> {
  const { rows } = await sql<HeadRow>`
    select id, uuid, status, version, attempt, generation, agent_id from runs
    where id = any(${ids as number[]}::bigint[]) order by id for update
  `.execute(tx);
  return new Map(rows.map((row) => [row.id, toHead(row)]));
}

interface Performance {
  readonly effect: Effect;
  readonly run: RunHead | null;
  readonly agentId: number;
  readonly seq: number;
  readonly writer: string;
}

/** Carries out an effect; gives the run's new head if its status changed. */
async function perform(tx: Db, { effect, run, agentId, seq, writer }: Performance): Promise<RunHead | null> {
  switch (effect.kind) {
    case 'none':
    case 'refresh': // Gathered by the caller.
      return null;
    case 'again':
      await sql`
        update agent_commands set acked_at = null, not_before = clock_timestamp() + make_interval(secs => ${effect.afterMs / 1000})
        where agent_id = ${agentId} and seq = ${seq}
      `.execute(tx);
      return null;
    case 'release':
      if (run !== null) await sql`update runs set released = true where id = ${run.id}`.execute(tx);
      return null;
    case 'move':
      if (run === null || !mayMove(run.status, effect.next)) return null;
      return await moveOne(
        tx,
        transition(run, effect.next, { ...effect, writer, set: { released: DONE.has(effect.next) } }),
      );
    case 'requeue': {
      if (run === null) return null;
      const set = { released: true, nextGeneration: true };
      const moved = await moveOne(
        tx,
        transition(run, 'queued', { reason: effect.reason, message: effect.message, writer, set }),
      );
      await sql`
        update runs set not_before = clock_timestamp() + make_interval(secs => ${effect.afterMs / 1000}) where id = ${run.id}
      `.execute(tx);
      return moved;
    }
  }
}

async function moveOne(tx: Db, move: Parameters<typeof moveRuns>[1][number]): Promise<RunHead | null> {
  const [moved] = await moveRuns(tx, [move]);
  return moved ?? null;
}
