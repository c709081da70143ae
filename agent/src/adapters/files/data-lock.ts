import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { isCode, readIfThere } from './durable-file.ts';

/** The data folder belongs to one agent at a time. */
export type LockResult =
  | { readonly kind: 'locked'; readonly release: () => Promise<void> }
  | { readonly kind: 'taken'; readonly pid: number };

/**
 * Takes the lock of a data folder: a file with pid and start time, made exclusively and whole (a hard link). What a
 * killed agent left behind is put aside; of two that do so at once, one gets the lock.
 */
export async function lockData(data: string): Promise<LockResult> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const path = join(data, 'agent.lock');
  const draft = `${path}.${process.pid}`;
  const own = identityOf(process.pid) ?? { pid: process.pid, startTicks: '-', bootId: '-' };
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 10; tries += 1) {
      if (await linked(draft, path)) return { kind: 'locked', release: () => release(path, own) };
      const holder = await holderOf(path);
      if (holder !== null && isAlive(holder)) return { kind: 'taken', pid: holder.pid };
      await rm(path, { force: true });
    }
    return { kind: 'taken', pid: 0 };
  } finally {
    await rm(draft, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<ProcessIdentity | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const read: unknown = JSON.parse(text);
  const isIdentity =
    typeof read === 'object' && read !== null && 'pid' in read && 'startTicks' in read && 'bootId' in read;
  if (!isIdentity || typeof read.pid !== 'number') return null;
  return { pid: read.pid, startTicks: String(read.startTicks), bootId: String(read.bootId) };
}

async function release(path: string, own: ProcessIdentity): Promise<void> {
  const holder = await holderOf(path);
  if (holder?.pid === own.pid && holder.startTicks === own.startTicks) await rm(path, { force: true });
}
