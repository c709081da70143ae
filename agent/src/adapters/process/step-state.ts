import { open, stat } from 'node:fs/promises';
import { isCode, readIfThere } from '../files/durable-file.ts';
import type { StepFolder } from './layout.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** What the files and the process table say about one step. */
export type StepState =
  /** Nobody has claimed it. */
  | { readonly kind: 'unclaimed' }
  /** The agent itself took the claim, so that no process ever can: the run was stopped before. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'running'; readonly leader: ProcessIdentity }
  | { readonly kind: 'exited'; readonly code: number; readonly atMs: number; readonly leader: ProcessIdentity | null }
  /** Claimed, but the process is gone without having written an end. */
  | { readonly kind: 'lost'; readonly leader: ProcessIdentity };

const forbiddenMark = 'forbidden';

/** Reads the state of a step. */
export async function readStep(step: StepFolder): Promise<StepState> {
  const claim = await readIfThere(step.claim);
  const exited = await readExit(step, claim);
  if (exited !== null) return exited;
  if (claim === null) return { kind: 'unclaimed' };
  if (claim.trim() === forbiddenMark) return { kind: 'forbidden' };
  const leader = parseClaim(claim);
  if (leader !== null && isAlive(leader)) return { kind: 'running', leader };
  // It may have ended between the two looks; the exit file is written before the process goes.
  return (await readExit(step, claim)) ?? { kind: 'lost', leader: leader ?? { pid: 0, startTicks: '-', bootId: '-' } };
}

/** Takes the claim so that no process runs this step. False: a process was first. */
export async function forbidStep(step: StepFolder): Promise<boolean> {
  try {
    const file = await open(step.claim, 'wx', 0o600);
    await file.writeFile(`${forbiddenMark}\n`);
    await file.sync();
    await file.close();
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function parseClaim(claim: string): ProcessIdentity | null {
  const [pid = '', startTicks = '-', bootId = '-'] = claim.trim().split(' ');
  return /^[1-9]\d*$/.test(pid) ? { pid: Number(pid), startTicks, bootId } : null;
}

async function readExit(step: StepFolder, claim: string | null): Promise<StepState | null> {
  const text = await readIfThere(step.exit);
  if (text === null) return null;
  const { mtimeMs } = await stat(step.exit);
  return {
    kind: 'exited',
    code: Number(text.trim()),
    atMs: Math.round(mtimeMs),
    leader: claim === null ? null : parseClaim(claim),
  };
}
