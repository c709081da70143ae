import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { BuiltInInitPlan } from '../../compile/init-plan.ts';
import { insideFolder, isInside } from './inside-folder.ts';
import type { RunFolder, StepFolder } from './layout.ts';

/** An init step failed for a reason that its owner can mend. */
export class InitProblem extends Error {}

export interface InitContext {
  readonly folder: RunFolder;
  readonly step: StepFolder;
  /** Where artifact connections have their files; null: the connection cannot be reached from here. */
  readonly storeRoot: (connection: string) => string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Does one built-in init step. Safe to do again after a kill in the middle: everything is made beside its place and
 * renamed, or written anew.
 */
export async function runInitFunction(init: BuiltInInitPlan, context: InitContext): Promise<void> {
  const target = targetOf(init.path, context.folder);
  await mkdir(target, { recursive: true });
  switch (init.kind) {
    case 'file':
    case 'dockerfile': {
      const path = insideFolder(target, init.filename);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, init.content);
      if (init.kind === 'file' && isExecutable(init.chmod ?? '')) await chmod(path, 0o755);
      return;
    }
    case 'git':
      return cloneGit(init, target, context);
    case 'artifacts':
      return copyArtifacts(init, target, context);
    case 'tensorboard':
      throw new InitProblem('The process executor does not have the init step "tensorboard".');
  }
}

/** Any execute bit: `+x`, `u+x`, 0755 and so on. */
function isExecutable(mode: string): boolean {
  return /x/.test(mode) || /[1357]/.test(mode.replace(/^0+/, ''));
}

/** Relative paths are below the artifacts folder; absolute ones must be in the run's folder, since there is no container around it. */
function targetOf(path: string, folder: RunFolder): string {
  const base = join(folder.context, 'artifacts');
  const target = isAbsolute(path) ? resolve(path) : resolve(base, path);
  if (!isInside(folder.root, target)) {
    throw new InitProblem(
      `Init path "${path}" is outside the run's folder. The process executor keeps files inside it: use "{{ globals.artifacts_path }}/…".`,
    );
  }
  return target;
}

// Everything else, such as ext:: and fd::, can run programs of the url's choice.
const gitProtocols = 'https:http:ssh:git:file';
const gitUrl = /^(?:(?:https?|ssh|git|file):\/\/|[\w.-]+@[\w.-]+:|\/)[^\s]+$/;

async function cloneGit(
  init: Extract<BuiltInInitPlan, { kind: 'git' }>,
  target: string,
  context: InitContext,
): Promise<void> {
  if (!gitUrl.test(init.url) || init.url.includes('::'))
    throw new InitProblem('The git url has a protocol that is not allowed; use https or ssh.');
  if (init.revision?.startsWith('-') === true) throw new InitProblem('A git revision must not begin with "-".');
  const refused = init.flags.find(
    (flag) =>
      !/^--(?:depth|branch|single-branch|recurse-submodules|shallow-submodules|no-tags|filter)(?:=[\w./:@-]*)?$/.test(
        flag,
      ),
  );
  if (refused !== undefined) throw new InitProblem(`The git flag "${refused}" is not allowed by the process executor.`);

  const draft = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await git(['clone', '--quiet', ...init.flags, '--', init.url, draft], context);
    if (init.revision !== null) await git(['-C', draft, 'checkout', '--quiet', init.revision, '--'], context);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function git(args: readonly string[], context: InitContext): Promise<void> {
  await mkdir(dirname(context.step.log), { recursive: true, mode: 0o700 });
  const log = await open(context.step.log, 'a', 0o600);
  try {
    const child = spawn('git', args, {
      env: { ...context.env, GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: gitProtocols, GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', log.fd, log.fd],
      signal: context.signal,
    });
    const [code] = await once(child, 'exit').catch((cause: unknown): never => {
      throw new InitProblem('git could not be started or was interrupted.', { cause });
    });
    if (code !== 0)
      throw new InitProblem(`git ended with exit code ${String(code)}; the log of the init step says more.`);
  } finally {
    await log.close();
  }
}

async function copyArtifacts(
  init: Extract<BuiltInInitPlan, { kind: 'artifacts' }>,
  target: string,
  context: InitContext,
): Promise<void> {
  const root = context.storeRoot(init.connection);
  if (root === null)
    throw new InitProblem(
      `Connection "${init.connection}" is not a folder on the agent's machine, so the process executor cannot copy from it.`,
    );
  const listed = [...init.files, ...init.dirs, ...init.paths];
  const pairs = listed.length === 0 ? [{ from: '.', to: '.' }] : listed;
  for (const { from, to } of pairs) {
    const source = insideFolder(root, from);
    const found = await stat(source).catch(() => null);
    if (found === null) throw new InitProblem(`"${from}" does not exist in connection "${init.connection}".`);
    const place = insideFolder(target, to);
    await mkdir(dirname(place), { recursive: true });
    // A link could point out of the store, so links are left out.
    await cp(source, place, { recursive: true, force: true, filter: async (path) => !(await isLink(path)) });
  }
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink();
}
