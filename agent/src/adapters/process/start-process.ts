import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdir, open } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { ContainerPlan } from '../../compile/pod-plan.ts';
import type { AttemptFolder, StepFolder } from './layout.ts';
import { shim } from './shim.ts';

/** A step cannot be started as it is written. The message goes to the run's owner. */
export class Unstartable extends Error {}

export interface ProcessStart {
  readonly container: ContainerPlan;
  readonly attempt: AttemptFolder;
  readonly step: StepFolder;
  readonly workFolder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts the shim of one step, detached in a session of its own, with its output going to a file, so that the agent's
 * end changes nothing for it. Which of many shims runs the step, the claim decides.
 */
export async function startProcess(start: ProcessStart): Promise<ChildProcess> {
  const { container, step, env, workFolder } = start;
  const [program, ...rest] = container.command;
  if (program === undefined) {
    throw new Unstartable('The process executor needs "command": there is no image whose entrypoint it could use.');
  }
  await checkFolder(workFolder);
  await checkProgram(program, workFolder, env['PATH'] ?? '');
  await mkdir(step.root, { recursive: true, mode: 0o700 });
  await mkdir(start.attempt.logs, { recursive: true, mode: 0o700 });
  const log = await open(step.log, 'a', 0o600);
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', shim, 'tandem-step', step.root, workFolder, program, ...rest, ...container.args],
      {
        detached: true,
        env,
        cwd: step.root,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    await once(child, 'spawn'); // Rejects with the system's error, such as EAGAIN.
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

async function checkFolder(folder: string): Promise<void> {
  try {
    await access(folder, constants.X_OK);
  } catch {
    throw new Unstartable(`The working folder "${folder}" does not exist or cannot be entered.`);
  }
}

/** Says before the start what the shell could only say as exit code 127 or 126, which a program may also give itself. */
async function checkProgram(program: string, workFolder: string, path: string): Promise<void> {
  const candidates = program.includes('/')
    ? [isAbsolute(program) ? program : resolve(workFolder, program)]
    : path.split(delimiter).map((folder) => join(folder, program));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return;
    } catch {
      // Not this one; the next folder of PATH may have it.
    }
  }
  throw new Unstartable(
    `The program "${program}" was not found or may not be executed. The process executor runs on the agent's machine, without the image.`,
  );
}
