import type { InventoryChunk, InventoryItem } from '@tandem/proto';
import type { Executor, Observed } from '../ports/executor.ts';
import { isFinal } from './to-report.ts';

/** Items in one message. */
export const inventoryChunk = 500;

/**
 * What the executor holds, in chunks; at least one, so that an empty cluster is an answer too. An id that is asked for
 * twice is answered twice, from what is there then.
 */
export async function* inventory(requestId: string, executor: Executor): AsyncIterable<InventoryChunk> {
  let items: InventoryItem[] = [];
  for await (const observed of executor.list()) {
    if (items.length === inventoryChunk) {
      yield { requestId, more: true, items };
      items = [];
    }
    items.push(toItem(observed));
  }
  yield { requestId, more: false, items };
}

function toItem(observed: Observed): InventoryItem {
  return {
    runUuid: observed.run.uuid,
    attempt: observed.run.attempt,
    generation: BigInt(observed.run.generation),
    status: observed.status,
    final: isFinal(observed),
    resourceVersion: observed.seq.toString(),
  };
}
