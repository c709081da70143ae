import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deferred } from '@tandem/shared/promises';

const root = join(import.meta.dirname, '..', '..');

/**
 * The bundle of a program. Bundles are built once in a test process, and only when a source is newer; the test runs a copy,
 * so that nobody who builds meanwhile changes a program between two of its lives.
 */
export function bundleOf(name: 'tandem' | 'tandem-agent' | 'tandem-control-plane'): string {
  bundles ??= copyBundles();
  return join(bundles, `${name}.mjs`);
}
let bundles: string | undefined;

function copyBundles(): string {
  const build = ['--conditions=source', join(root, 'scripts/build.ts'), '--if-needed'];
  const built = spawnSync(process.execPath, build, { encoding: 'utf8', timeout: 120_000 });
  if (built.status !== 0) throw new Error(`The programs could not be built: ${built.stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bundles-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist'), folder, { recursive: true, filter: (path) => !path.endsWith('.map') });
  return folder;
}

/** What every started program gets of our own environment, and nothing else of it. */
export const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  HOME: process.env['HOME'] ?? '/',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
};

export interface ProgramStart {
  readonly bundle: string;
  /** Flags for node itself; none by default. */
  readonly nodeFlags?: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** File that stdout and stderr of every life are added to. */
  readonly log: string;
  readonly cwd?: string;
}

/** The line of JSON by which a program says that it is ready. */
export type Ready = Readonly<Record<string, unknown>>;

/** One life of a program as a process of the operating system. */
export interface Life {
  readonly pid: number;
  /** Rejects with its last words when it ends before. */
  readonly ready: Promise<Ready>;
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
  isOver(): boolean;
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
}

const living = new Set<ChildProcess>();
// A test that breaks off must not leave processes behind; each is ended by its own pid.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** Starts a program and collects what it says. Its standard input is a pipe that ends with us. */
export function startProgram(start: ProgramStart): Life {
  const child = spawn(process.execPath, [...(start.nodeFlags ?? []), start.bundle, ...start.args], {
    env: { ...baseEnvironment, ...start.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own, as in a container or a service: the kernel shares processors by session, not by process.
    detached: true,
    ...(start.cwd === undefined ? {} : { cwd: start.cwd }),
  });
  living.add(child);
  const log = createWriteStream(start.log, { flags: 'a' });
  const { promise: ready, resolve, reject } = deferred<Ready>();
  // Whoever does not wait for it learns of the end by `ended`.
  ready.catch(() => undefined);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    log.write(bytes);
    stdout += bytes.toString('utf8');
    const line = stdout.split('\n', 1)[0] ?? '';
    if (line.startsWith('{"ready":true') && stdout.includes('\n')) resolve(JSON.parse(line) as Ready);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    log.write(bytes);
    stderr += bytes.toString('utf8');
  });
  // A write to a process that was killed is nothing to fail for.
  child.stdin.on('error', () => undefined);
  let over = false;
  const ended = new Promise<number | null>((done) => {
    child.once('close', (code) => {
      over = true;
      living.delete(child);
      log.end();
      reject(new Error(`${start.bundle} ${start.args.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`));
      done(code);
    });
  });
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    isOver: () => over,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => void child.kill(name),
  };
}

/** A program that can die and come back; its data, its ports and its log stay the same. */
export interface Program {
  life(): Life;
  /** SIGKILL; resolves when it is gone. */
  killHard(): Promise<void>;
  /** Starts it again; resolves when it is ready. */
  restart(): Promise<Ready>;
  /** Asks it to end; by force after the limit. Gives the exit code. */
  end(): Promise<number | null>;
}

/** Starts a program for good. `startOf` is asked at every start, with what the first life said when it was ready. */
export async function startLasting(startOf: (first: Ready | null) => ProgramStart): Promise<Program> {
  let life = startProgram(startOf(null));
  const first = await life.ready;
  return {
    life: () => life,
    killHard: async () => {
      life.signal('SIGKILL');
      await life.ended;
    },
    restart: () => {
      life = startProgram(startOf(first));
      return life.ready;
    },
    end: () => endLife(life),
  };
}

/** Asks a process to end, and ends it by force if it takes longer than the limit. */
export async function endLife(
  life: Life,
  signal: NodeJS.Signals = 'SIGTERM',
  limitMs = 20_000,
): Promise<number | null> {
  life.signal(signal);
  const force = setTimeout(() => life.signal('SIGKILL'), limitMs);
  try {
    return await life.ended;
  } finally {
    clearTimeout(force);
  }
}

/** Processes whose command line has all the words, with their command lines. */
export function processesWith(...words: readonly string[]): readonly { readonly pid: number; readonly args: string }[] {
  const listed = spawnSync('ps', ['-eww', '-o', 'pid=,args='], { encoding: 'utf8', timeout: 10_000 });
  return listed.stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
    .flatMap((found) => (found === null ? [] : [{ pid: Number(found[1]), args: found[2] ?? '' }]))
    .filter(({ pid, args }) => pid !== process.pid && words.every((word) => args.includes(word)));
}
