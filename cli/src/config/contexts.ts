import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError, exitCodes } from '../exit-codes.ts';

/** Where a server is and how to be somebody there. */
export interface Context {
  readonly url: string;
  readonly token: string;
  /** `owner/project`. */
  readonly project: string;
}

export interface Contexts {
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
}

/** Whether a value from the file has the shape that we wrote. */
function isContexts(value: unknown): value is Contexts {
  if (typeof value !== 'object' || value === null || !('current' in value && 'contexts' in value)) return false;
  const { current, contexts } = value;
  if ((current !== null && typeof current !== 'string') || typeof contexts !== 'object' || contexts === null)
    return false;
  return Object.values(contexts).every((each: unknown) => isContext(each));
}

function isContext(value: unknown): value is Context {
  if (typeof value !== 'object' || value === null || !('url' in value && 'token' in value && 'project' in value))
    return false;
  return typeof value.url === 'string' && typeof value.token === 'string' && typeof value.project === 'string';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Used where nothing else is said. */
export const defaultProject = 'default/default';

function fileOf(env: Environment): string {
  const folder = env['TANDEM_CONFIG'] ?? join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'tandem');
  return join(folder, 'contexts.json');
}

/** The contexts that were stored; none if there is no file yet. */
export function readContexts(env: Environment): Contexts {
  const file = fileOf(env);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, contexts: {} };
    throw new CliError(exitCodes.failure, `The file "${file}" could not be read: ${(error as Error).message}.`);
  }
  const stored = parse(text);
  if (isContexts(stored)) return stored;
  throw new CliError(
    exitCodes.failure,
    `The file "${file}" is not a list of contexts.`,
    'Delete it and run `tandem login` again.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not ours: the caller says what to do.
    return null;
  }
}

/** Stores contexts so that nobody else can read them: they hold tokens. The file is replaced whole or not at all. */
export function writeContexts(env: Environment, contexts: Contexts): void {
  const file = fileOf(env);
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** What the options ask for, then the environment, then the stored context. */
export interface Asked {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly project?: string | undefined;
  readonly context?: string | undefined;
}

/** The context to work in. Throws a `CliError` that says how to get one. */
export function resolveContext(env: Environment, asked: Asked): Context {
  const stored = readContexts(env);
  const name = asked.context ?? env['TANDEM_CONTEXT'] ?? stored.current;
  const base = name === null ? undefined : stored.contexts[name];
  if (asked.context !== undefined && base === undefined) {
    throw new CliError(exitCodes.usage, `There is no context "${asked.context}".`, 'See `tandem context ls`.');
  }
  const url = asked.url ?? env['TANDEM_URL'] ?? env['POLYAXON_HOST'] ?? base?.url;
  const token = asked.token ?? env['TANDEM_TOKEN'] ?? env['POLYAXON_AUTH_TOKEN'] ?? base?.token;
  if (url === undefined) {
    throw new CliError(
      exitCodes.auth,
      'No server is known.',
      'Run `tandem login --url URL --token TOKEN`, or `tandem dev` for one on this machine.',
    );
  }
  return { url, token: token ?? '', project: projectOf(env, asked, base) };
}

function projectOf(env: Environment, asked: Asked, base: Context | undefined): string {
  const fallback = base?.project ?? defaultProject;
  const project = asked.project ?? env['TANDEM_PROJECT'] ?? fallback;
  return project.includes('/') ? project : `${env['TANDEM_ORG'] ?? fallback.split('/')[0]}/${project}`;
}
