import type { LogChunk, LogQuery } from '../../ports/executor.ts';
import type { ApiClient } from './api-client.ts';
import type { AttemptState } from './cluster-state.ts';
import type { LogKeeper } from './log-keeper.ts';
import { podLogs } from './pod-logs.ts';

export interface RunLogs {
  readonly client: ApiClient;
  /** Null: nothing is kept beyond pods. */
  readonly keeper: LogKeeper | null;
  readonly uuid: string;
  /** The newest attempt as it is now; null: none is known any more. */
  readonly newest: () => AttemptState | null;
  readonly isOver: () => boolean;
  /** Resolves at the next change of the run, or after a while. */
  readonly change: (signal: AbortSignal) => Promise<void>;
  readonly query: LogQuery;
  readonly signal: AbortSignal;
}

/**
 * The log of a run: what its pods say as long as they are there, and what was kept of them. The pods of a run do not go all
 * at the same moment, so what is read of one that has ended may need both.
 */
export async function* runLogs(options: RunLogs): AsyncIterable<LogChunk> {
  const { client, keeper, uuid, newest, isOver, change, query, signal } = options;
  const first = newest();
  if (keeper !== null && isOver() && (first === null || first.pods.size === 0)) {
    yield* keeper.read(first, uuid, query);
    return;
  }
  let { cursor } = query;
  const look = () => {
    const now = newest();
    return { namespace: now?.namespace ?? '', pods: [...(now?.pods.values() ?? [])], isOver: isOver() };
  };
  for await (const chunk of podLogs({ client, look, change, query, signal })) {
    ({ cursor } = chunk);
    yield chunk;
  }
  const last = newest() ?? first;
  if (last === null || keeper === null || !isOver() || signal.aborted) return;
  // Which pods were there is not known to an agent that was started since.
  const mayMiss = last.hasLostPods || last.lead?.isLogKept === true;
  if (mayMiss && keeper.keeps(last)) yield* keeper.read(last, uuid, { ...query, cursor });
}
