import { sql } from 'kysely';
import type { Db } from './db.ts';

/** A command for the outbox. Its text is made when it is sent, from the run's rows. */
export interface NewCommand {
  readonly runId: number;
  readonly attempt: number;
  readonly generation: number;
  readonly command: 'start' | 'stop' | 'remove' | 'observe';
  readonly body?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Puts commands into an agent's outbox, in the transaction of the change that they belong to (agent-and-kubernetes.md 4.3).
 * The agent's row is locked until the commit, so the order of sequence numbers is the order of commits, and a reader that
 * asks for "everything above n" misses nothing.
 */
export async function enqueueCommands(tx: Db, agentId: number, commands: readonly NewCommand[]): Promise<void> {
  if (commands.length === 0) return;
  const rows = commands.map((each, index) => ({
    ordinal: index + 1,
    run_id: each.runId,
    attempt: each.attempt,
    generation: each.generation,
    command: each.command,
    body: each.body ?? {},
  }));
  await sql`
    with numbered as (
      update agents set command_seq = command_seq + ${commands.length} where id = ${agentId}
      returning command_seq - ${commands.length} as base
    )
    insert into agent_commands (agent_id, seq, run_id, attempt, generation, command, body, not_after)
    select ${agentId}, numbered.base + c.ordinal, c.run_id, c.attempt, c.generation, c.command, c.body,
      case when c.command = 'start' then clock_timestamp() + interval '24 hours' end
    from numbered, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (
      ordinal integer, run_id bigint, attempt integer, generation bigint, command text, body jsonb
    )
  `.execute(tx);
}
