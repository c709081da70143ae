import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

/** What the newest lock file says: nobody holds it, or this one does. */
type State = Holder | 'free';

/**
 * Takes the folder for this process; a lock whose process is gone is taken over.
 *
 * Locks are files `lock-1`, `lock-2` …, of which the newest counts; it is never removed, only written `free`. Who finds it
 * free or its holder gone makes the next one, which only one can, since a link to an existing name fails. A taker who
 * looked too long ago may make a number that was cleaned away meanwhile, so each looks again: a newer one wins.
 */
export async function lockFolder(folder: string): Promise<Locked> {
  const own = join(folder, `taking-${randomUUID()}`);
  const holder: Holder = { pid: process.pid, started: await startOf(process.pid) };
  await writeFile(own, JSON.stringify(holder), { flag: 'wx' });
  try {
    for (;;) {
      const newest = (await numbers(folder)).at(-1) ?? 0;
      const state = newest === 0 ? 'free' : await readState(fileOf(folder, newest));
      if (state !== 'free' && (await isAlive(state))) return { kind: 'locked', pid: state.pid };
      const number = newest + 1;
      if (!(await linked(own, fileOf(folder, number)))) continue;
      const seen = await numbers(folder);
      if (seen.at(-1) !== number) {
        await rm(fileOf(folder, number), { force: true });
        continue;
      }
      for (const older of seen.slice(0, -1)) await rm(fileOf(folder, older), { force: true });
      return { kind: 'held', lock: { release: () => release(folder, number) } };
    }
  } finally {
    await rm(own, { force: true });
  }
}

const fileOf = (folder: string, number: number): string => join(folder, `lock-${number}`);

/** Numbers of the lock files, ascending. */
async function numbers(folder: string): Promise<readonly number[]> {
  const found = (await readdir(folder)).flatMap((name) => /^lock-(\d{1,15})$/.exec(name)?.[1] ?? []);
  return found.map(Number).sort((left, right) => left - right);
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

/** In one step, so that nobody reads half of it. */
async function release(folder: string, number: number): Promise<void> {
  const free = join(folder, `taking-${randomUUID()}`);
  await writeFile(free, '"free"');
  await rename(free, fileOf(folder, number));
}

/** What cannot be read was left by a process that died while it wrote: nobody has it. */
async function readState(file: string): Promise<State> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return 'free';
    const started = 'started' in value && typeof value.started === 'string' ? value.started : null;
    return { pid: value.pid, started };
  } catch {
    return 'free';
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
