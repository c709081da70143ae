import { ON_CLUSTER } from '@tandem/shared/lifecycle';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './db.ts';

/** Something in the database that must not be, named by its rule (orchestration.md 6.2). */
export interface Violation {
  readonly rule: string;
  /** A run's uuid, or what else the rule is about. */
  readonly subject: string;
  readonly message: string;
}

/** Most findings of one rule: the first ones tell what is wrong. */
const most = 100;
const onCluster = `{${[...ON_CLUSTER, 'stopping', 'retrying'].join(',')}}`;
const waiting = `{created,on_schedule,resuming,compiled}`;
const finals = `{succeeded,failed,upstream_failed,stopped,skipped}`;

/** Each rule is a query for what breaks it. They only read, and each sees one moment, so a live database may be asked. */
const rules: Readonly<Record<string, RawBuilder<{ readonly subject: string; readonly message: string }>>> = {
  'log-is-row': sql`
    select r.uuid::text as subject, 'the row says ' || r.status || ', the log says ' || coalesce(l.status, 'nothing') as message
    from runs r left join lateral (
      select status from run_log where run_id = r.id and entry = 'condition' order by pos desc limit 1
    ) l on true
    where l.status is distinct from r.status limit ${most}`,
  'log-has-no-gaps': sql`
    select r.uuid::text as subject, 'the log has ' || count(l.pos) || ' entries up to ' || r.log_pos as message
    from runs r left join run_log l on l.run_id = r.id
    group by r.id having count(l.pos) <> r.log_pos or max(l.pos) is distinct from r.log_pos limit ${most}`,
  'log-follows-the-table': sql`
    select r.uuid::text as subject, 'it left ' || l.former || ' for ' || l.status as message
    from (
      select run_id, status, lag(status) over (partition by run_id order by pos) as former
      from run_log where entry = 'condition'
    ) l join runs r on r.id = l.run_id
    where l.former = any(${finals}::text[]) and l.status <> 'resuming' limit ${most}`,
  'one-start-per-attempt': sql`
    select r.uuid::text as subject, 'attempt ' || c.attempt || ' was started ' || count(*) || ' times' as message
    from agent_commands c join runs r on r.id = c.run_id
    where c.command = 'start' group by r.uuid, c.attempt, c.generation having count(*) > 1 limit ${most}`,
  'nothing-waits-without-a-reason': sql`
    select uuid::text as subject, status || ' with nothing that it waits for' as message from runs
    where managed_by = 'agent' and (
      (status = any(${waiting}::text[]) and gates = 0 and kind in ('job', 'service'))
      or (status = 'queued' and (queue_id is null or agent_id is null))
      or (status = any(${onCluster}::text[]) and agent_id is null)
    ) limit ${most}`,
  'handed-out-runs-have-a-start': sql`
    select r.uuid::text as subject, 'scheduled, and no start command is open or answered' as message from runs r
    where r.status = 'scheduled' and not exists (
      select 1 from agent_commands c where c.run_id = r.id and c.attempt = r.attempt and c.command = 'start'
    ) limit ${most}`,
  'held-runs-count': sql`
    select uuid::text as subject, status || ', and yet counted as gone from the cluster' as message from runs
    where managed_by = 'agent' and released and status = any(${onCluster}::text[]) and kind in ('job', 'service') limit ${most}`,
  'queued-runs-hold-nothing': sql`
    select uuid::text as subject, status || ', and yet counted as on the cluster' as message from runs
    where not released and status in ('created', 'compiled', 'queued', 'skipped') limit ${most}`,
  'queued-runs-are-sealed': sql`
    select r.uuid::text as subject, 'queued without a sealed spec' as message from runs r
    where r.status = 'queued' and not exists (
      select 1 from run_specs s where s.run_id = r.id and s.attempt = r.attempt and s.sealed is not null
    ) limit ${most}`,
  'ends-have-a-time': sql`
    select uuid::text as subject, 'it ended without a time' as message from runs
    where status = any(${finals}::text[]) and finished_at is null limit ${most}`,
};

/** Everything in the database that breaks a rule; empty when all is well. */
export async function findViolations(db: Db): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  for (const [rule, query] of Object.entries(rules)) {
    const { rows } = await query.execute(db);
    found.push(...rows.map(({ subject, message }) => ({ rule, subject: subject.replaceAll('-', ''), message })));
  }
  return found;
}
