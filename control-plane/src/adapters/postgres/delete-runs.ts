import { DONE } from '@tandem/shared/lifecycle';
import { sql } from 'kysely';
import { enqueueCommands } from './commands.ts';
import type { Db } from './db.ts';
import { logEntries } from './move-runs.ts';
import { toStatus } from './run-rows.ts';

const finals = `{${[...DONE].join(',')}}`;

/** The first phase of a deletion: the run is hidden from lists and on its way out. */
export async function markDeleted(db: Db, runId: number, writer: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ readonly status: string }>`
      update runs set live_state = -1, updated_at = clock_timestamp()
      where id = ${runId} and live_state <> -1 returning status`.execute(tx);
    const row = rows[0];
    if (row === undefined) return false;
    const status = toStatus(row.status);
    await logEntries(tx, [
      { runId, entry: 'action', status, reason: 'Deleted', message: 'Deletion was asked for.', writer },
    ]);
    return true;
  });
}

interface EndedRow {
  readonly id: number;
  readonly agent_id: number;
  readonly attempt: number;
  readonly generation: number;
}

/**
 * The second phase, for up to `limit` runs: an ended run that an agent was told to start is told to be forgotten, once;
 * a run that no agent has, or that its agent has forgotten, is purged. Safe to run at any time and on every replica.
 */
export async function finishDeletions(db: Db, limit: number): Promise<readonly number[]> {
  const agents = await db.transaction().execute(async (tx) => {
    const { rows } = await sql<EndedRow>`
      select r.id, r.agent_id, r.attempt, r.generation from runs r
      where r.live_state = -1 and r.status = any(${finals}::text[]) and r.agent_id is not null and r.started_at is not null
        and not exists (select 1 from agent_commands c where c.run_id = r.id and c.command = 'remove')
      order by r.agent_id, r.id limit ${limit} for update of r skip locked`.execute(tx);
    const byAgent = new Map<number, EndedRow[]>();
    for (const row of rows) byAgent.set(row.agent_id, [...(byAgent.get(row.agent_id) ?? []), row]);
    for (const [agentId, runs] of byAgent) {
      const commands = runs.map(({ id: runId, attempt, generation }) => ({
        runId,
        attempt,
        generation,
        command: 'remove' as const,
      }));
      await enqueueCommands(tx, agentId, commands);
    }
    return [...byAgent.keys()];
  });
  // A minute, so that whoever asked for the deletion can still read what became of it.
  await sql`
    delete from runs where id in (
      select r.id from runs r
      where r.live_state = -1 and r.status = any(${finals}::text[]) and r.updated_at < clock_timestamp() - interval '1 minute'
        and not exists (select 1 from runs other where other.pipeline_id = r.id or other.controller_id = r.id or other.original_id = r.id)
        and (r.agent_id is null or r.started_at is null
          or exists (select 1 from agent_commands c where c.run_id = r.id and c.command = 'remove' and c.acked_at is not null))
      order by r.id limit ${limit} for update of r skip locked
    )`.execute(db);
  return agents;
}
