import { isDone, isStatus, mayMove, REPORTABLE } from '@tandem/shared/lifecycle';
import { sql } from 'kysely';
import { type Move, type RunHead, transition } from '../../domain/runs/move.ts';
import type { Held, Reconciled, SessionAgent } from '../../ports/agent-sessions.ts';
import { enqueueCommands, type NewCommand } from './commands.ts';
import type { Db } from './db.ts';
import { type HeadRow, moveRuns, toHead } from './move-runs.ts';

/**
 * Compares an agent's inventory with the runs that we believe it holds (agent-and-kubernetes.md 4.3).
 *
 * Nothing is decided from absence alone: an absent run is asked about (`observe`), since the inventory may be older than
 * its start, and a part of it may be lost. What we do not know is removed only when a second inventory still shows it.
 */
export async function reconcileInventory(
  db: Db,
  agent: SessionAgent,
  held: readonly Held[],
  previous: ReadonlySet<string>,
): Promise<Reconciled> {
  return await db.transaction().execute(async (tx) => {
    const believed = await believedRuns(tx, agent.id, agent.epoch);
    const byUuid = new Map(held.map((each) => [each.uuid, each]));
    const moved = await moveRuns(
      tx,
      believed.flatMap((run) => returned(run, byUuid.get(run.uuid), agent.name)),
    );
    const commands = believed.flatMap((run) => commandFor(run, byUuid.get(run.uuid)));
    await enqueueCommands(tx, agent.id, commands);
    const unknown = await unknownRuns(tx, agent.id, held);
    const doomed = [...unknown].filter((uuid) => previous.has(uuid));
    await enqueueRemovals(tx, agent.id, doomed);
    return { unknown, commands: commands.length + doomed.length, moved: moved.map((run) => run.uuid) };
  });
}

interface Believed extends RunHead {
  readonly openCommands: number;
}

/** Locked in id order, like every set of runs. None for an older session. */
async function believedRuns(tx: Db, agentId: number, epoch: number): Promise<readonly Believed[]> {
  const { rows } = await sql<HeadRow & { open_commands: number }>`
    select r.id, r.uuid, r.status, r.version, r.attempt, r.generation, r.agent_id,
      (select count(*) from agent_commands c where c.run_id = r.id and c.acked_at is null) as open_commands
    from runs r
    where r.agent_id = ${agentId} and not r.released and exists (select from agents where id = ${agentId} and epoch = ${epoch})
    order by r.id for update of r
  `.execute(tx);
  return rows.map((row) => ({ ...toHead(row), openCommands: row.open_commands }));
}

/** A run that was unknown while its agent was silent, and is still there. A final state comes as a report. */
function returned(run: Believed, held: Held | undefined, agentName: string): readonly Move[] {
  if (run.status !== 'unknown' || held === undefined || held.final || held.attempt !== run.attempt) return [];
  if (!isStatus(held.status) || !REPORTABLE.has(held.status) || !mayMove('unknown', held.status)) return [];
  return [transition(run, held.status, { reason: 'AgentReturned', writer: `agent:${agentName}` })];
}

function commandFor(run: Believed, held: Held | undefined): readonly NewCommand[] {
  if (run.openCommands > 0) return [];
  const about = { runId: run.id, attempt: run.attempt, generation: run.generation };
  if (held === undefined) return [{ ...about, command: 'observe' }];
  const zombie = (isDone(run.status) || run.status === 'stopping') && !held.final;
  return zombie ? [{ ...about, command: 'stop' }] : [];
}

async function unknownRuns(tx: Db, agentId: number, held: readonly Held[]): Promise<ReadonlySet<string>> {
  const uuids = held.map((each) => each.uuid).filter((uuid) => /^[0-9a-f]{32}$/.test(uuid));
  if (uuids.length === 0) return new Set();
  const { rows } = await sql<{ uuid: string }>`
    select replace(u::text, '-', '') as uuid from unnest(${uuids}::uuid[]) as u
    where not exists (select from runs where runs.uuid = u and runs.agent_id = ${agentId})
  `.execute(tx);
  return new Set(rows.map((row) => row.uuid));
}

/** A command about a run that has no row: the uuid travels in the body. */
async function enqueueRemovals(tx: Db, agentId: number, uuids: readonly string[]): Promise<void> {
  if (uuids.length === 0) return;
  await sql`
    with numbered as (
      update agents set command_seq = command_seq + ${uuids.length} where id = ${agentId}
      returning command_seq - ${uuids.length} as base
    )
    insert into agent_commands (agent_id, seq, attempt, generation, command, body)
    select ${agentId}, base + ordinal, 0, 0, 'remove', jsonb_build_object('uuid', uuid)
    from numbered, unnest(${uuids as string[]}::text[]) with ordinality as u (uuid, ordinal)
  `.execute(tx);
}
