import { isStatus, type Status } from '@tandem/shared/lifecycle';
import { type RawBuilder, sql } from 'kysely';
import { invariant } from '../../domain/invariant.ts';
import type { Run, RunDetail } from '../../domain/runs/run.ts';
import { hexUuid, readTexts } from './json-text.ts';

/** A run's row with the names that clients see beside it. */
export interface RunRow {
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
  readonly name: string | null;
  readonly description: string | null;
  readonly readme: string | null;
  readonly tags: string;
  readonly kind: string;
  readonly runtime: string | null;
  readonly owner: string;
  readonly project: string;
  readonly username: string | null;
  readonly reason: string;
  readonly message: string;
  readonly namespace: string | null;
  readonly agent_uuid: string | null;
  readonly agent_name: string | null;
  readonly agent_version: string | null;
  readonly artifacts_store: string | null;
  readonly queue_uuid: string | null;
  readonly queue_name: string | null;
  readonly schedule_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly exit_code: number | null;
  readonly inputs: string;
  readonly outputs: string;
  readonly meta_info: string;
  readonly cloning_kind: string | null;
  readonly original_uuid: string | null;
  readonly original_name: string | null;
  readonly pipeline_uuid: string | null;
  readonly pipeline_name: string | null;
  readonly pipeline_kind: string | null;
}

export interface RunDetailRow extends RunRow {
  readonly raw_content: string | null;
  readonly content: string | null;
}

/** Columns of `RunRow`, over the tables of `runTables`. */
export const runColumns: RawBuilder<unknown> = sql`
  r.id, r.uuid, r.status, r.version, r.attempt, r.generation, r.agent_id, r.managed_by, r.gates, r.live_state,
  r.agent_id is not null and r.started_at is not null as was_sent,
  r.name, r.description, r.readme, r.tags, r.kind, r.runtime, o.name as owner, p.name as project, u.username,
  r.reason, r.message, r.namespace, a.uuid as agent_uuid, a.name as agent_name, a.version as agent_version,
  a.artifacts_store, q.uuid as queue_uuid, q.name as queue_name, r.schedule_at, r.created_at, r.updated_at,
  r.started_at, r.finished_at, r.exit_code, r.inputs, r.outputs, r.meta_info, r.cloning_kind,
  origin.uuid as original_uuid, origin.name as original_name,
  pipe.uuid as pipeline_uuid, pipe.name as pipeline_name, pipe.kind as pipeline_kind`;

/** A run and what is shown with it: every join finds at most one row. */
export const runTables: RawBuilder<unknown> = sql`
  runs r
  join projects p on p.id = r.project_id
  join organisations o on o.id = r.organisation_id
  left join users u on u.id = r.user_id
  left join agents a on a.id = r.agent_id
  left join queues q on q.id = r.queue_id
  left join runs origin on origin.id = r.original_id
  left join runs pipe on pipe.id = r.pipeline_id`;

export function toRun(row: RunRow): Run {
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
    name: row.name,
    description: row.description,
    readme: row.readme,
    tags: readTexts(row.tags),
    kind: row.kind,
    runtime: row.runtime,
    owner: row.owner,
    project: row.project,
    username: row.username,
    reason: row.reason,
    message: row.message,
    namespace: row.namespace,
    agent:
      row.agent_uuid === null
        ? null
        : { uuid: hexUuid(row.agent_uuid), name: row.agent_name ?? '', version: row.agent_version },
    queue: row.queue_uuid === null ? null : { uuid: hexUuid(row.queue_uuid), name: row.queue_name ?? '' },
    artifactsStore: row.artifacts_store,
    scheduleAt: row.schedule_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    exitCode: row.exit_code,
    inputs: row.inputs,
    outputs: row.outputs,
    metaInfo: row.meta_info,
    original: linked(row.original_uuid, row.original_name, row.cloning_kind),
    pipeline: linked(row.pipeline_uuid, row.pipeline_name, row.pipeline_kind),
  };
}

export function toRunDetail(row: RunDetailRow): RunDetail {
  return { ...toRun(row), rawContent: row.raw_content, content: row.content };
}

/** A status column: only `moveRuns` and `insertRun` write it, from the same list. */
export function toStatus(text: string): Status {
  invariant(isStatus(text), `"${text}" is a status`);
  return text;
}

function linked(uuid: string | null, name: string | null, kind: string | null): Run['original'] {
  return uuid === null ? null : { uuid: hexUuid(uuid), name, kind: kind ?? '' };
}
