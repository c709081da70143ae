import type { SessionMemory } from '../ports/session-memory.ts';

/** A session memory that lasts as long as the test. */
export function memoryForTests(): SessionMemory {
  let epoch = 0n;
  const acks = new Map<string, { attempt: number; seq: bigint }>();
  return {
    lastEpoch: () => epoch,
    rememberEpoch: async (next) => {
      if (next > epoch) epoch = next;
    },
    isFinalAcked: (uuid, attempt, seq) => {
      const known = acks.get(uuid);
      return known !== undefined && known.attempt === attempt && known.seq >= seq;
    },
    rememberFinalAck: async ({ uuid, attempt }, seq) => void acks.set(uuid, { attempt, seq }),
    forget: async (uuid) => void acks.delete(uuid),
  };
}
