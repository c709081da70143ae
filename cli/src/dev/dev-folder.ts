import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError, exitCodes } from '../exit-codes.ts';

/** The folder of `tandem dev`: both halves keep their data in it, each in its own part. */
export interface DevFolder {
  readonly root: string;
  readonly controlPlane: string;
  readonly agent: string;
}

/** Makes the folder if it is not there. Throws a `CliError` when it cannot be written. */
export function openDevFolder(path: string): DevFolder {
  const root = resolve(path);
  const folder = { root, controlPlane: join(root, 'control-plane'), agent: join(root, 'agent') };
  try {
    mkdirSync(folder.controlPlane, { recursive: true, mode: 0o700 });
    mkdirSync(folder.agent, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CliError(
      exitCodes.failure,
      `The folder "${path}" cannot be written: ${(error as Error).message}.`,
      'Name another one with --data.',
    );
  }
  return folder;
}

/** The token of this installation, which the control plane tells only once. Null if it was never stored. */
export function readToken(folder: DevFolder): string | null {
  try {
    return readFileSync(join(folder.root, 'token'), 'utf8').trim();
  } catch {
    // Not there: a first start.
    return null;
  }
}

export function writeToken(folder: DevFolder, token: string): void {
  const draft = join(folder.root, `token.${process.pid}`);
  writeFileSync(draft, `${token}\n`, { mode: 0o600 });
  renameSync(draft, join(folder.root, 'token'));
}
