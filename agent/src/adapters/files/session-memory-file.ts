import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { SessionMemory } from '../../ports/session-memory.ts';
import { isCode, readIfThere, writeDurably } from './durable-file.ts';

const epochShape = z.object({ epoch: z.string().regex(/^\d+$/) });
const ackShape = z.object({ attempt: z.int(), seq: z.string().regex(/^\d+$/) });

/** The session's memory as small files: `<data>/session/epoch.json` and `<data>/session/acked/<uuid>.json`. */
export async function openSessionMemory(data: string): Promise<SessionMemory> {
  const folder = join(data, 'session');
  const epochFile = join(folder, 'epoch.json');
  const ackFile = (uuid: string): string => join(folder, 'acked', `${uuid}.json`);
  const acked = await readAcks(join(folder, 'acked'));
  const text = await readIfThere(epochFile);
  let lastEpoch = text === null ? 0n : BigInt(epochShape.parse(JSON.parse(text)).epoch);

  return {
    lastEpoch: () => lastEpoch,
    rememberEpoch: async (epoch) => {
      if (epoch <= lastEpoch) return;
      lastEpoch = epoch;
      await writeDurably(epochFile, JSON.stringify({ epoch: epoch.toString() }));
    },
    isFinalAcked: (uuid, attempt, seq) => {
      const known = acked.get(uuid);
      return known !== undefined && known.attempt === attempt && known.seq >= seq;
    },
    rememberFinalAck: async ({ uuid, attempt }, seq) => {
      await writeDurably(ackFile(uuid), JSON.stringify({ attempt, seq: seq.toString() }));
      acked.set(uuid, { attempt, seq });
    },
    forget: async (uuid) => {
      acked.delete(uuid);
      await rm(ackFile(uuid), { force: true });
    },
  };
}

async function readAcks(folder: string): Promise<Map<string, { readonly attempt: number; readonly seq: bigint }>> {
  const acks = new Map<string, { readonly attempt: number; readonly seq: bigint }>();
  for (const name of await names(folder)) {
    const text = await readIfThere(join(folder, name));
    if (text === null) continue;
    const { attempt, seq } = ackShape.parse(JSON.parse(text));
    acks.set(name.slice(0, -'.json'.length), { attempt, seq: BigInt(seq) });
  }
  return acks;
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}
