import { type Kysely, sql } from 'kysely';
import { type Move, type RunHead, transition } from '../../domain/runs/move.ts';
import type { Deadlines } from '../../ports/deadlines.ts';
import type { Db } from './db.ts';
import { type HeadRow, moveRuns, toHead } from './move-runs.ts';
import type { Tables } from './tables.ts';

/** Runs moved in one transaction, so that no deadline holds many rows for long. */
const batch = 500;

/** What time alone brings about. Every rule may run on several replicas at once: rows in work elsewhere are skipped. */
export function sqlDeadlines(db: Kysely<Tables>): Deadlines {
  return {
    markAgents: () => markAgents(db),
    markUnknown: () => moveBatch(db, (tx) => silentRuns(tx), toUnknown),
    giveUpStops: () => moveBatch(db, (tx) => unconfirmedStops(tx), toStopped),
    forget: () => forget(db),
  };
}

/** Offline without a lease; silent after three more (decisions.md 38). */
async function markAgents(db: Db): Promise<number> {
  const { rows } = await sql`
    update agents set updated_at = clock_timestamp(),
      status = case when last_seen_at < clock_timestamp() - interval '90 seconds' then 'silent' else 'offline' end
    where (status = 'online' and last_seen_at < clock_timestamp() - interval '30 seconds')
       or (status = 'offline' and last_seen_at < clock_timestamp() - interval '90 seconds'
           and exists (select from runs where runs.agent_id = agents.id and not released))
    returning id
  `.execute(db);
  return rows.length;
}

async function moveBatch(
  db: Kysely<Tables>,
  find: (tx: Db) => Promise<readonly RunHead[]>,
  move: (run: RunHead) => Move,
): Promise<readonly string[]> {
  return await db.transaction().execute(async (tx) => {
    const moved = await moveRuns(tx, (await find(tx)).map(move));
    return moved.map((run) => run.uuid);
  });
}

async function silentRuns(tx: Db): Promise<readonly RunHead[]> {
  const { rows } = await sql<HeadRow>`
    select r.id, r.uuid, r.status, r.version, r.attempt, r.generation, r.agent_id
    from agents a join runs r on r.agent_id = a.id and not r.released
    where a.status = 'silent' and r.status in ('scheduled', 'starting', 'running', 'processing', 'warning', 'unschedulable')
    order by r.id limit ${batch} for update of r skip locked
  `.execute(tx);
  return rows.map(toHead);
}

const toUnknown = (run: RunHead): Move =>
  transition(run, 'unknown', {
    reason: 'AgentSilent',
    message: 'The agent has not been heard of for more than 90 seconds. The run itself may well go on.',
    writer: 'control-plane',
  });

async function unconfirmedStops(tx: Db): Promise<readonly RunHead[]> {
  const { rows } = await sql<HeadRow>`
    select id, uuid, status, version, attempt, generation, agent_id from runs
    where status = 'stopping' and stop_requested_at < clock_timestamp() - interval '30 minutes'
    order by id limit ${batch} for update skip locked
  `.execute(tx);
  return rows.map(toHead);
}

/** The run ends for its user; its place on the cluster stays taken and the stop command stays open (decisions.md 41). */
const toStopped = (run: RunHead): Move =>
  transition(run, 'stopped', {
    reason: 'StopUnconfirmed',
    message: 'The agent did not confirm the stop within 30 minutes.',
    writer: 'control-plane',
  });

/** Answers and commands that nobody will ask for again. */
async function forget(db: Db): Promise<number> {
  const keys = await sql`
    delete from idempotency_keys where ctid in (
      select ctid from idempotency_keys where created_at < clock_timestamp() - interval '24 hours' limit 1000
    ) returning key
  `.execute(db);
  const commands = await sql`
    delete from agent_commands where (agent_id, seq) in (
      select agent_id, seq from agent_commands where acked_at < clock_timestamp() - interval '1 day' order by acked_at limit 1000
    ) returning seq
  `.execute(db);
  return keys.rows.length + commands.rows.length;
}
