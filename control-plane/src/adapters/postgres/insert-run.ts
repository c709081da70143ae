import { sql } from 'kysely';
import type { Inserted, NewRun } from '../../ports/run-store.ts';
import type { Db } from './db.ts';
import { isTaken } from './db-error.ts';
import { storable } from './json-text.ts';

/**
 * Stores a new run in one statement and so in one round trip: the row, its texts, its first log entries and, if the
 * request had one, its idempotency key. Of two requests with one key the second waits for the first one's commit
 * and then inserts nothing (attacks.md V21).
 */
export async function insertRun(db: Db, run: NewRun): Promise<Inserted> {
  const last = run.conditions.at(-1);
  if (last === undefined) throw new Error('bug: a run begins with a condition');
  const wantsKey = run.once === null ? sql`true` : sql`exists (select 1 from fresh)`;
  const isQueued = last.status === 'queued';
  const isDone = last.status === 'skipped';
  const statement = sql<{ readonly id: number }>`
    with ${run.once === null ? sql`` : freshKey(run.userId, run.once)}
    new as (
      insert into runs (
        uuid, organisation_id, project_id, user_id, name, description, tags, kind, runtime, managed_by,
        status, reason, message, version, log_pos, gates, queue_id, agent_id, priority, namespace,
        created_at, queued_at, finished_at, inputs, outputs, meta_info, traceparent, spec_sha256, stage1_edition
      )
      select ${run.uuid}::uuid, ${run.organisationId}::bigint, ${run.projectId}::bigint, ${run.userId}::bigint,
        ${clean(run.name)}::text, ${clean(run.description)}::text, ${JSON.stringify(run.tags.map(storable))}::jsonb,
        ${run.kind}::text, ${run.runtime}::text, ${run.managedBy}::text,
        ${last.status}::text, ${last.reason}::text, ${storable(last.message)}::text,
        ${run.conditions.length}::bigint, ${run.conditions.length}::integer, ${run.gates}::integer,
        ${run.queueId}::bigint, ${run.agentId}::bigint, ${run.priority}::integer, ${run.namespace}::text,
        ${run.createdAt}::timestamptz, case when ${isQueued}::boolean then clock_timestamp() end,
        case when ${isDone}::boolean then clock_timestamp() end,
        ${run.compiled?.inputs ?? '{}'}::jsonb, ${run.compiled?.outputs ?? '{}'}::jsonb,
        ${run.metaInfo}::jsonb || ${run.compiled?.metaInfo ?? '{}'}::jsonb,
        ${run.traceparent}::text, ${run.compiled?.sha256 ?? null}::bytea, ${run.compiled?.stage1Edition ?? null}::integer
      where ${wantsKey}
      returning id
    ), texts as (
      insert into run_specs (run_id, attempt, raw_content, content, sealed, sealed_sha256)
      select id, 1, ${clean(run.rawContent)}::text, ${clean(run.content)}::text,
        ${run.compiled?.sealed ?? null}::bytea, ${run.compiled?.sha256 ?? null}::bytea
      from new where ${run.content}::text is not null
    ), logged as (
      insert into run_log (run_id, pos, at, entry, attempt, status, reason, message, writer)
      select new.id, e.pos, case when e.pos = 1 then ${run.createdAt}::timestamptz else clock_timestamp() end,
        'condition', 1, e.status, e.reason, e.message, ${run.writer}::text
      from new, jsonb_to_recordset(${JSON.stringify(run.conditions.map(toEntry))}::jsonb) as e (
        pos integer, status text, reason text, message text
      )
    )
    select id from new`;
  try {
    const { rows } = await statement.execute(db);
    return rows.length === 1 ? { kind: 'done' } : { kind: 'key-taken' };
  } catch (error) {
    if (isTaken(error, 'runs_uuid_key')) return { kind: 'uuid-taken' };
    throw error;
  }
}

/** Takes the key, or takes it over when its 24 hours are past. Gives a row only to the one request that may go on. */
function freshKey(userId: number, once: NonNullable<NewRun['once']>) {
  return sql`fresh as (
      insert into idempotency_keys (user_id, key, route, body_sha256, status, answer)
      values (${userId}, ${once.key}, ${once.route}, ${once.bodySha256}, ${once.status}, ${once.answer})
      on conflict (user_id, key) do update set route = excluded.route, body_sha256 = excluded.body_sha256,
        status = excluded.status, answer = excluded.answer, created_at = clock_timestamp()
      where idempotency_keys.created_at < clock_timestamp() - interval '24 hours'
      returning 1
    ),`;
}

function toEntry(condition: NewRun['conditions'][number], index: number): object {
  return { pos: index + 1, status: condition.status, reason: condition.reason, message: storable(condition.message) };
}

function clean(text: string | null): string | null {
  return text === null ? null : storable(text);
}
