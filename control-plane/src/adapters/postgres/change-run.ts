import { sql } from 'kysely';
import { assertNever } from '../../domain/invariant.ts';
import type { Approval, RunChange } from '../../domain/runs/actions.ts';
import { transition } from '../../domain/runs/move.ts';
import type { RunState } from '../../domain/runs/run.ts';
import type { Changed, Released } from '../../ports/run-store.ts';
import { enqueueCommands } from './commands.ts';
import type { Db } from './db.ts';
import { retryTransient } from './db-error.ts';
import { hexUuid } from './json-text.ts';
import { logEntries, moveRuns } from './move-runs.ts';
import { toStatus } from './run-rows.ts';

interface StateRow {
  readonly id: number;
  readonly uuid: string;
  readonly status: string;
  readonly version: number;
  readonly attempt: number;
  readonly generation: number;
  readonly agent_id: number | null;
  readonly managed_by: 'agent' | 'user' | 'cli';
  readonly gates: number;
  readonly live_state: number;
  readonly was_sent: boolean;
}

async function readState(db: Db, projectId: number, uuid: string): Promise<RunState | null> {
  const { rows } = await sql<StateRow>`
    select r.id, r.uuid, r.status, r.version, r.attempt, r.generation, r.agent_id, r.managed_by, r.gates, r.live_state,
      r.agent_id is not null and r.started_at is not null as was_sent
    from runs r where r.project_id = ${projectId} and r.uuid = ${uuid}::uuid`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    uuid: hexUuid(row.uuid),
    status: toStatus(row.status),
    version: row.version,
    attempt: row.attempt,
    generation: row.generation,
    agentId: row.agent_id,
    managedBy: row.managed_by,
    gates: row.gates,
    liveState: row.live_state,
    wasSent: row.was_sent,
  };
}

/**
 * Reads, decides and writes; begins again when the run moved in between. The version guards the write, so no lock is
 * held while `decide` runs and the loop ends as soon as the others pause.
 */
export async function changeRun(
  db: Db,
  projectId: number,
  uuid: string,
  decide: (run: RunState) => RunChange,
): Promise<Changed | null> {
  for (;;) {
    const run = await readState(db, projectId, uuid);
    if (run === null) return null;
    const change = decide(run);
    switch (change.kind) {
      case 'none':
        return { run, hasMoved: false };
      case 'refuse':
        throw change.refusal;
      case 'move': {
        const changed = await retryTransient(() => writeMove(db, change));
        if (changed !== null) return changed;
        break;
      }
      default:
        assertNever(change);
    }
  }
}

async function writeMove(db: Db, change: RunChange & { kind: 'move' }): Promise<Changed | null> {
  return db.transaction().execute(async (tx) => {
    const [moved] = await moveRuns(tx, [change.move]);
    if (moved === undefined) return null;
    if (change.tell !== undefined && moved.agentId !== null) {
      const { id: runId, attempt, generation } = moved;
      await enqueueCommands(tx, moved.agentId, [{ runId, attempt, generation, command: change.tell }]);
    }
    return { run: moved, hasMoved: true };
  });
}

/** Opens one gate of several: no status changes, so it is an entry of its own in the log. */
export async function openGate(
  db: Db,
  run: RunState,
  approval: Approval & { kind: 'open' },
  writer: string,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql`
      update runs set gates = gates & ~${approval.bit}::integer, version = version + 1, updated_at = clock_timestamp()
      where id = ${run.id} and version = ${run.version} returning id`.execute(tx);
    if (rows.length === 0) return false;
    const message = 'A gate was opened.';
    await logEntries(tx, [{ runId: run.id, entry: 'action', status: run.status, reason: 'Approved', message, writer }]);
    return true;
  });
}

/** The last gate is open: the run goes on with what stage 1 made of it, all in one transaction. */
export async function releaseRun(db: Db, run: RunState, outcome: Released, writer: string): Promise<boolean> {
  return retryTransient(() =>
    db.transaction().execute(async (tx) => {
      if (outcome.kind !== 'queued') {
        const move =
          outcome.kind === 'skipped'
            ? transition(run, 'skipped', {
                reason: 'ConditionsCheckFailed',
                message: outcome.message,
                writer,
                set: { gates: 0 },
              })
            : transition(run, 'failed', {
                reason: outcome.reason,
                message: outcome.message,
                writer,
                set: { gates: 0 },
              });
        return (await moveRuns(tx, [move])).length === 1;
      }
      const [compiled] = await moveRuns(tx, [
        transition(run, 'compiled', { reason: 'Compiled', writer, set: { gates: 0 } }),
      ]);
      if (compiled === undefined) return false;
      await storeCompiled(tx, run, outcome);
      await moveRuns(tx, [transition(compiled, 'queued', { reason: 'Queued', writer })]);
      return true;
    }),
  );
}

async function storeCompiled(tx: Db, run: RunState, outcome: Released & { kind: 'queued' }): Promise<void> {
  const { sealed, sha256, stage1Edition, inputs, outputs, metaInfo } = outcome.compiled;
  await sql`
    with row as (
      update runs set inputs = ${inputs}::jsonb, outputs = ${outputs}::jsonb,
        meta_info = meta_info || ${metaInfo}::jsonb, spec_sha256 = ${sha256}::bytea,
        stage1_edition = ${stage1Edition}::integer
      where id = ${run.id} returning id, attempt
    )
    update run_specs s set sealed = ${sealed}::bytea, sealed_sha256 = ${sha256}::bytea
    from row where s.run_id = row.id and s.attempt = row.attempt`.execute(tx);
}
