import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A lock of this process on a folder. */
export interface FolderLock {
  release(): Promise<void>;
}

export type Locked =
  | { readonly kind: 'held'; readonly lock: FolderLock }
  | { readonly kind: 'locked'; readonly pid: number };

interface Holder {
  readonly pid: number;
  /** Start time of the process in the kernel's ticks: a pid alone may have passed to somebody else. Null where unknown. */
  readonly started: string | null;
}

/**
 * Takes the file `lock` in the folder. A lock whose process is gone is taken over. Of several processes that try at once
 * one gets it: a link to an existing name fails, whoever asks.
 */
export async function lockFolder(folder: string): Promise<Locked> {
  const file = join(folder, 'lock');
  const own = join(folder, `lock-${randomUUID()}`);
  const holder: Holder = { pid: process.pid, started: await startOf(process.pid) };
  const text = JSON.stringify(holder);
  await writeFile(own, text, { flag: 'wx' });
  try {
    // Each round either ends or removes one stale lock; a few are plenty.
    for (let round = 0; round < 10; round += 1) {
      if (await linked(own, file)) return { kind: 'held', lock: { release: () => release(file, text) } };
      const other = await readHolder(file);
      if (other === 'gone') continue;
      if (other !== 'broken' && (await isAlive(other))) return { kind: 'locked', pid: other.pid };
      await removeStale(file, folder, other);
    }
    return { kind: 'locked', pid: 0 };
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock aside and looks at it again: if somebody took it over meanwhile, it is put back. */
async function removeStale(file: string, folder: string, stale: Holder | 'broken'): Promise<void> {
  const aside = join(folder, `lock-${randomUUID()}`);
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (JSON.stringify(moved) !== JSON.stringify(stale)) await linked(aside, file);
  await rm(aside, { force: true });
}

async function release(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true });
}

async function readHolder(file: string): Promise<Holder | 'gone' | 'broken'> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') return 'broken';
    const started = 'started' in value && typeof value.started === 'string' ? value.started : null;
    return { pid: value.pid, started };
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'gone' : 'broken';
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is not ours.
    if (codeOf(error) !== 'EPERM') return false;
  }
  const started = await startOf(holder.pid);
  return holder.started === null || started === null || started === holder.started;
}

/** Field 22 of /proc/PID/stat, counted behind the name, which may hold blanks. Null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
