import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/**
 * A cluster's number on this machine. Names of links, the network namespace, control groups and addresses come from it, so
 * clusters never share one; and a cluster whose test process died is found by it again.
 */
export interface Claim {
  readonly number: number;
  readonly folder: string;
  /** The process that ends the cluster; null: it stays until somebody says `down`. */
  readonly owner: ProcessIdentity | null;
}

const claimsFolder = '/run/tandem-clusters';
/** The third byte of addresses: 10.251.<number>.0/24 and 10.244.<number>.0/24. */
const numbers = { first: 1, last: 250 } as const;

/** Takes the lowest free number; creating its file is what decides between two processes. */
export function claim(folder: string, owner: 'this process' | 'nobody'): Claim {
  mkdirSync(claimsFolder, { recursive: true });
  for (let number = numbers.first; number <= numbers.last; number += 1) {
    const made: Claim = { number, folder, owner: owner === 'nobody' ? null : identityOf(process.pid) };
    try {
      writeFileSync(fileOf(number), JSON.stringify(made), { flag: 'wx' });
      return made;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`All ${numbers.last} numbers of clusters are taken: see ${claimsFolder}.`);
}

/** Every cluster of this machine. */
export function allClaims(): readonly Claim[] {
  mkdirSync(claimsFolder, { recursive: true });
  return readdirSync(claimsFolder)
    .map((name) => readClaim(join(claimsFolder, name)))
    .filter((each) => each !== null)
    .sort((a, b) => a.number - b.number);
}

/** The cluster in a folder; null: there is none. */
export function claimOf(folder: string): Claim | null {
  return allClaims().find((each) => each.folder === folder) ?? null;
}

/** Clusters whose owner died without ending them. */
export function abandonedClaims(): readonly Claim[] {
  return allClaims().filter((each) => each.owner !== null && !isAlive(each.owner));
}

export function release(given: Claim): void {
  rmSync(fileOf(given.number), { force: true });
}

function fileOf(number: number): string {
  return join(claimsFolder, String(number));
}

/** Null for a file that another process is just writing or removing. */
function readClaim(path: string): Claim | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Claim;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
