import { REPORTABLE } from '@tandem/shared/lifecycle';
import type { Principal } from '../domain/access/principal.ts';
import type { RunDetail } from '../domain/runs/run.ts';
import type { LogChunk, LogQuery, RunStreams } from '../ports/run-streams.ts';
import { needRun, type RunAddress } from './need.ts';
import { watchRun } from './watch-run.ts';
import type { World } from './world.ts';

/** A run whose logs may be read, and the way to read them. */
export interface RunLogs {
  readonly run: RunDetail;
  read(query: LogQuery, signal: AbortSignal): AsyncIterable<LogChunk>;
}

/** The logs of a run, relayed from its agent. A run that no agent ever had, has none. */
export async function runLogs(
  world: World,
  streams: RunStreams,
  principal: Principal,
  address: RunAddress,
): Promise<RunLogs> {
  const { run } = await needRun(world, principal, address, principal.kind === 'run' ? 'own' : 'read');
  return {
    run,
    async *read(query, signal): AsyncGenerator<LogChunk> {
      const isThere = query.follow ? await comesToLife(world, principal, address, run.attempt, signal) : run.wasSent;
      if (isThere) yield* streams.logs({ uuid: run.uuid, agentId: run.agentId }, query, signal);
    },
  };
}

/** Waits until an agent has begun with the attempt, or a later one. False: the run ended before, or the reader is gone. */
async function comesToLife(
  world: World,
  principal: Principal,
  address: RunAddress,
  attempt: number,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const { condition } of await watchRun(world, principal, address, 0, signal)) {
    const isOfAgent = REPORTABLE.has(condition.status) && condition.writer.startsWith('agent:');
    if (isOfAgent && condition.attempt >= attempt) return true;
  }
  return false;
}
