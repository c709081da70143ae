import type { Command } from '@tandem/proto';
import { sql } from 'kysely';
import type { OutgoingCommand } from '../../ports/agent-sessions.ts';
import type { Db } from './db.ts';

/** Reads the outbox of an agent from a sequence number on. The sealed spec is joined here, not stored twice. */
export async function openCommands(
  db: Db,
  agentId: number,
  afterSeq: number,
  most: number,
): Promise<readonly OutgoingCommand[]> {
  // Most calls find nothing, so planning is what they cost: names come by subqueries, which no join order is searched for.
  const { rows } = await sql<CommandRow>`
    with c as (
      select * from agent_commands
      where agent_id = ${agentId} and acked_at is null and seq > ${afterSeq}
        and (not_before is null or not_before <= clock_timestamp())
      order by seq limit ${most}
    )
    select c.seq, c.id, c.attempt, c.generation, c.command, c.body, c.not_after,
      coalesce(replace(r.uuid::text, '-', ''), c.body->>'uuid', '') as run_uuid,
      s.sealed, encode(s.sealed_sha256, 'hex') as spec_sha256, r.kind, r.namespace, r.traceparent, r.stage1_edition,
      encode(r.submission_sha256, 'hex') as submission_sha256, encode(r.facts_sha256, 'hex') as facts_sha256,
      (select name from organisations where id = r.organisation_id) as owner,
      (select name from projects where id = r.project_id) as project,
      (select name from queues where id = r.queue_id) as queue
    from c
    left join runs r on r.id = c.run_id
    left join run_specs s on c.command = 'start' and s.run_id = c.run_id and s.attempt = c.attempt
    order by c.seq
  `.execute(db);
  return rows.map((row) => ({ seq: row.seq, command: toCommand(row) }));
}

interface CommandRow {
  readonly seq: number;
  readonly id: string;
  readonly attempt: number;
  readonly generation: number;
  readonly command: string;
  readonly body: string;
  readonly not_after: string | null;
  readonly run_uuid: string;
  readonly sealed: Uint8Array | null;
  readonly spec_sha256: string | null;
  readonly kind: string | null;
  readonly namespace: string | null;
  readonly traceparent: string | null;
  readonly stage1_edition: number | null;
  readonly submission_sha256: string | null;
  readonly facts_sha256: string | null;
  readonly owner: string | null;
  readonly project: string | null;
  readonly queue: string | null;
}

function toCommand(row: CommandRow): Command {
  return {
    id: row.id,
    seq: BigInt(row.seq),
    runUuid: row.run_uuid,
    attempt: row.attempt,
    generation: BigInt(row.generation),
    notAfterMs: row.not_after === null ? 0n : BigInt(Date.parse(row.not_after)),
    action: Buffer.alloc(0),
    body: bodyOf(row),
  };
}

function bodyOf(row: CommandRow): NonNullable<Command['body']> {
  const extra = JSON.parse(row.body) as { graceSeconds?: number; reason?: string; artifacts?: boolean };
  switch (row.command) {
    case 'start':
      return {
        $case: 'start',
        value: {
          spec: Buffer.from(row.sealed ?? new Uint8Array()),
          specSha256: row.spec_sha256 ?? '',
          stage1Edition: row.stage1_edition ?? 1,
          owner: row.owner ?? '',
          project: row.project ?? '',
          queue: row.queue ?? '',
          kind: row.kind ?? '',
          namespace: row.namespace ?? '',
          runToken: '',
          traceparent: row.traceparent ?? '',
          submissionSha256: row.submission_sha256 ?? '',
          path: [],
          factsSha256: row.facts_sha256 ?? '',
          evidenceSha256: [],
          watchedMetrics: [],
        },
      };
    case 'stop':
      return { $case: 'stop', value: { graceSeconds: extra.graceSeconds ?? 30, reason: extra.reason ?? 'UserStop' } };
    case 'remove':
      return { $case: 'remove', value: { artifacts: extra.artifacts ?? false } };
    case 'observe':
      return { $case: 'observe', value: {} };
    default:
      throw new Error(`The outbox holds an unknown command "${row.command}".`);
  }
}
