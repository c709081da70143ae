import type { Report } from '@tandem/proto';
import { decideReport, isReason, isStatus, REPORTABLE, type Reason, type Status } from '@tandem/shared/lifecycle';
import { sql } from 'kysely';
import { type Move, type RunHead, transition } from '../../domain/runs/move.ts';
import { readOutputs } from '../../domain/runs/reported-outputs.ts';
import type { SessionAgent } from '../../ports/agent-sessions.ts';
import { enqueueCommands } from './commands.ts';
import type { Db } from './db.ts';
import { type HeadRow, type LogEntry, logEntries, moveRuns, toHead } from './move-runs.ts';
import { recordArtifacts } from './run-artifacts.ts';

interface Known extends RunHead {
  readonly reportSeq: bigint;
  readonly stopRequestedAtMs: number | null;
}

interface Read {
  readonly report: Report;
  readonly status: Status;
}

/**
 * Applies the reports of one batch, in one transaction; gives the uuids of the runs that moved.
 *
 * A report may come again, late, or for a run that this agent no longer has: the five rules of `decideReport` drop it,
 * and since it is handled by that, it is acknowledged like any other.
 */
export async function recordReports(
  db: Db,
  agent: SessionAgent,
  reports: readonly Report[],
): Promise<readonly string[]> {
  return await db.transaction().execute(async (tx) => {
    const known = await knownRuns(tx, agent.id, agent.epoch, reports);
    const moved = new Set<string>();
    for (const round of rounds(reports, known)) {
      for (const uuid of await applyRound(tx, round, known, agent)) moved.add(uuid);
    }
    return [...moved];
  });
}

/** The runs that this agent holds, of those reported, locked in id order. None for an older session. */
async function knownRuns(
  tx: Db,
  agentId: number,
  epoch: number,
  reports: readonly Report[],
): Promise<Map<string, Known>> {
  const uuids = [...new Set(reports.map((each) => each.runUuid).filter((uuid) => /^[0-9a-f]{32}$/.test(uuid)))];
  const { rows } = await sql<HeadRow & { report_seq: number; stop_ms: number | null }>`
    select id, uuid, status, version, attempt, generation, agent_id, report_seq,
      (extract(epoch from stop_requested_at) * 1000)::bigint as stop_ms
    from runs where uuid = any(${uuids}::uuid[]) and agent_id = ${agentId}
      and exists (select from agents where id = ${agentId} and epoch = ${epoch})
    order by id for update
  `.execute(tx);
  return new Map(
    rows.map((row) => {
      const head = toHead(row);
      return [head.uuid, { ...head, reportSeq: BigInt(row.report_seq), stopRequestedAtMs: row.stop_ms }];
    }),
  );
}

/** Splits a batch so that each part has at most one report of a run, in order. Unreadable and foreign ones are left out. */
function rounds(reports: readonly Report[], known: ReadonlyMap<string, Known>): readonly (readonly Read[])[] {
  const result: Read[][] = [];
  const next = new Map<string, number>();
  for (const report of reports) {
    if (!known.has(report.runUuid) || !isStatus(report.status) || !REPORTABLE.has(report.status)) continue;
    const round = next.get(report.runUuid) ?? 0;
    next.set(report.runUuid, round + 1);
    result[round] ??= [];
    result[round]?.push({ report, status: report.status });
  }
  return result;
}

async function applyRound(
  tx: Db,
  round: readonly Read[],
  known: Map<string, Known>,
  agent: { readonly id: number; readonly name: string },
): Promise<readonly string[]> {
  const moves: Move[] = [];
  const entries: LogEntry[] = [];
  const writer = `agent:${agent.name}`;
  for (const { report, status } of round) {
    const run = known.get(report.runUuid);
    if (run === undefined) continue;
    const finishedAtMs = report.finishedAtMs === 0n ? null : Number(report.finishedAtMs);
    const decision = decideReport(run, { status, attempt: report.attempt, seq: report.seq, finishedAtMs });
    switch (decision.kind) {
      case 'apply':
        moves.push(moveFor(run, decision.next, report, writer));
        break;
      case 'refresh':
        entries.push(entryFor(run, 'refresh', report, writer));
        break;
      case 'drop':
        if (decision.why === 'late-report') await settleLate(tx, run, report, agent.id);
        if (decision.why !== 'duplicate') entries.push(entryFor(run, 'dropped', report, writer));
        break;
    }
    // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigint.
    known.set(run.uuid, { ...run, reportSeq: report.seq > run.reportSeq ? report.seq : run.reportSeq });
  }
  const moved = await moveRuns(tx, moves);
  await logEntries(tx, entries);
  for (const head of moved) {
    const before = known.get(head.uuid);
    if (before !== undefined) known.set(head.uuid, { ...before, ...head });
  }
  await recordArtifacts(
    tx,
    round.flatMap(({ report }) => artifactsOf(report, known)),
  );
  return moved.map((head) => head.uuid);
}

function moveFor(run: RunHead, next: Status, report: Report, writer: string): Move {
  const reason: Reason = isReason(report.reason) ? report.reason : 'Internal';
  const outputs = readOutputs(report.outputs);
  return transition(run, next, {
    reason: next === 'stopped' && report.status !== 'stopped' ? 'UserStop' : reason,
    message: report.message,
    writer,
    meta: { at: new Date(Number(report.atMs)).toISOString() },
    set: {
      reportSeq: report.seq,
      ...(report.final ? { released: true } : {}),
      ...(report.exitCode === undefined ? {} : { exitCode: report.exitCode }),
      ...(outputs === null ? {} : { outputs }),
    },
  });
}

function entryFor(run: RunHead, entry: LogEntry['entry'], report: Report, writer: string): LogEntry {
  const status = isStatus(report.status) ? report.status : run.status;
  return {
    runId: run.id,
    entry,
    status,
    reason: report.reason,
    message: report.message,
    writer,
    reportSeq: report.seq,
  };
}

/**
 * A report about a run that has ended for us. If it is final, the cluster is rid of it; if not, something still runs that
 * nobody waits for, and the agent is told to end it (orchestration.md 1.8: no zombie may keep a GPU).
 */
async function settleLate(tx: Db, run: RunHead, report: Report, agentId: number): Promise<void> {
  if (report.attempt !== run.attempt) return;
  if (report.final) {
    await sql`update runs set released = true where id = ${run.id} and not released`.execute(tx);
    return;
  }
  const { rows } =
    await sql`select 1 from agent_commands where run_id = ${run.id} and command = 'stop' and acked_at is null`.execute(
      tx,
    );
  if (rows.length > 0) return;
  const stop = { runId: run.id, attempt: run.attempt, generation: run.generation, command: 'stop' as const };
  await enqueueCommands(tx, agentId, [stop]);
}

function artifactsOf(
  report: Report,
  known: ReadonlyMap<string, Known>,
): readonly { runId: number; artifact: Report['artifacts'][number] }[] {
  const run = known.get(report.runUuid);
  if (run === undefined || run.attempt !== report.attempt) return [];
  return report.artifacts.slice(0, 1000).map((artifact) => ({ runId: run.id, artifact }));
}
