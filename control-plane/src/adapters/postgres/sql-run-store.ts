import { sql } from 'kysely';
import type { Condition } from '../../domain/runs/run.ts';
import type { OnceAnswer, RunStore, RunTokenState } from '../../ports/run-store.ts';
import { changeRun, openGate, releaseRun } from './change-run.ts';
import type { Db } from './db.ts';
import { finishDeletions, markDeleted } from './delete-runs.ts';
import { insertRun } from './insert-run.ts';
import { listRuns } from './list-runs.ts';
import { listArtifacts, patchRun, putArtifacts } from './patch-run.ts';
import { type RunDetailRow, runColumns, runTables, toRunDetail, toStatus } from './run-rows.ts';
import { runTarget } from './run-target.ts';
import { waitingFacts } from './waiting-facts.ts';

/** Runs in Postgres or PGlite. Each method is one transaction; what it promises is said at the port. */
export function sqlRunStore(db: Db): RunStore {
  return {
    target: (organisationId, agent, queue) => runTarget(db, organisationId, agent, queue),
    insert: (run) => insertRun(db, run),
    onceAnswer: (userId, key) => onceAnswer(db, userId, key),
    find: (projectId, uuid) => findRun(db, projectId, uuid),
    list: (projectId, filter, sort, page) => listRuns(db, projectId, filter, sort, page),
    conditions: (runId, afterPos) => conditions(db, runId, afterPos),
    change: (projectId, uuid, decide) => changeRun(db, projectId, uuid, decide),
    openGate: (run, approval, writer) => openGate(db, run, approval, writer),
    release: (run, outcome, writer) => releaseRun(db, run, outcome, writer),
    patch: (projectId, uuid, patch) => patchRun(db, projectId, uuid, patch),
    markDeleted: (runId, writer) => markDeleted(db, runId, writer),
    finishDeletions: (limit) => finishDeletions(db, limit),
    artifacts: (runId, page) => listArtifacts(db, runId, page),
    putArtifacts: (runId, artifacts) => putArtifacts(db, runId, artifacts),
    waiting: (runId) => waitingFacts(db, runId),
    tokenState: (uuid) => tokenState(db, uuid),
  };
}

async function onceAnswer(db: Db, userId: number, key: string): Promise<OnceAnswer | null> {
  const row = await db
    .selectFrom('idempotency_keys')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .where('created_at', '>=', sql<string>`clock_timestamp() - interval '24 hours'`)
    .select(['key', 'route', 'body_sha256 as bodySha256', 'status', 'answer'])
    .executeTakeFirst();
  return row ?? null;
}

async function findRun(db: Db, projectId: number, uuid: string) {
  const { rows } = await sql<RunDetailRow>`
    select ${runColumns}, s.raw_content, s.content from ${runTables}
    left join lateral (
      select raw_content, content from run_specs where run_id = r.id order by attempt desc limit 1
    ) s on true
    where r.project_id = ${projectId} and r.uuid = ${uuid}::uuid`.execute(db);
  const row = rows[0];
  return row === undefined ? null : toRunDetail(row);
}

async function conditions(db: Db, runId: number, afterPos: number): Promise<readonly Condition[]> {
  const rows = await db
    .selectFrom('run_log')
    .where('run_id', '=', runId)
    .where('pos', '>', afterPos)
    .where('entry', '=', 'condition')
    .select(['pos', 'at', 'status', 'reason', 'message', 'writer', 'attempt'])
    .orderBy('pos')
    .execute();
  return rows.map((row) => ({ ...row, status: toStatus(row.status) }));
}

async function tokenState(db: Db, uuid: string): Promise<RunTokenState | null> {
  const { rows } = await sql<RunTokenState>`
    select r.attempt, o.name as organisation, p.name as project, r.project_id as "projectId",
      extract(epoch from clock_timestamp() - r.finished_at)::float8 as "endedSeconds"
    from runs r
    join projects p on p.id = r.project_id
    join organisations o on o.id = r.organisation_id
    where r.uuid = ${uuid}::uuid`.execute(db);
  return rows[0] ?? null;
}
