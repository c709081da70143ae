import { readFileSync } from 'node:fs';

/** A process that is told apart from a later one with the same number: by the tick in which it began (proc(5), field 22). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAtTick: string;
}

/** Who has this number now; null: nobody. */
export function identityOf(pid: number): ProcessIdentity | null {
  const stat = readStat(pid);
  return stat === null ? null : { pid, startedAtTick: stat.startedAtTick };
}

/** Whether the very process still runs; one that ended and was not yet collected by its parent does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  const stat = readStat(identity.pid);
  return stat !== null && stat.startedAtTick === identity.startedAtTick && stat.state !== 'Z' && stat.state !== 'X';
}

/** Sends a signal to the very process, and to nobody who got its number later. False: it was gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function readStat(
  pid: number,
): { readonly state: string; readonly parent: number; readonly startedAtTick: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in brackets and may hold anything; what follows its last bracket are plain fields, the third first.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startedAtTick: fields[19] ?? '' };
  } catch (error) {
    // ENOENT before it is opened, ESRCH where the process ends between the two calls.
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

/** The parent's number; null: the process is gone. */
export function parentOf(pid: number): number | null {
  return readStat(pid)?.parent ?? null;
}
