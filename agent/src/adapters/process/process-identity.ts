import { readFileSync } from 'node:fs';

/** One process, not merely a number: pids are used again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as in /proc; `-` where there is no /proc. */
  readonly startTicks: string;
  /** Of the boot in which it ran; `-` where unknown. */
  readonly bootId: string;
}

/** Whether this very process is alive. A zombie is not: it has ended and only waits for its parent. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.startTicks === '-') return answersSignals(identity.pid);
  const seen = seenInProc(identity.pid);
  return seen !== null && seen.state !== 'Z' && seen.startTicks === identity.startTicks && bootId() === identity.bootId;
}

/** The identity of a live process; null if there is none. */
export function identityOf(pid: number): ProcessIdentity | null {
  const seen = seenInProc(pid);
  if (seen !== null) return { pid, startTicks: seen.startTicks, bootId: bootId() };
  return answersSignals(pid) && bootId() === '-' ? { pid, startTicks: '-', bootId: '-' } : null;
}

/**
 * Sends a signal to the group that a process leads. False: nothing of it is left, or its number belongs to a stranger.
 * The number of a group is not given to a new process while a member lives, so a dead leader's group is still his.
 */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals | 0): boolean {
  const seen = seenInProc(leader.pid);
  const stranger = seen !== null && leader.startTicks !== '-' && seen.startTicks !== leader.startTicks;
  if (stranger || (leader.bootId !== '-' && leader.bootId !== bootId())) return false;
  try {
    process.kill(-leader.pid, signal);
    return true;
  } catch {
    return false; // ESRCH: the group is empty. EPERM: not ours any more.
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function seenInProc(pid: number): { readonly state: string; readonly startTicks: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may itself hold both blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    return null;
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  if (knownBootId === undefined) {
    try {
      knownBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      knownBootId = '-';
    }
  }
  return knownBootId;
}
