import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.ts';

/** A half of Tandem as a process of its own, which ends with us whatever happens to us. */
export interface Component {
  readonly name: string;
  readonly pid: number;
  /** The line by which it said that it is ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  /** Asks it to end; by force if it takes longer than so many ms. */
  stop(patienceMs: number): Promise<void>;
}

export interface ComponentStart {
  readonly name: 'control-plane' | 'agent';
  readonly args: readonly string[];
  /** Added to our own environment; null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  /** What to do when something that it needs is taken by somebody else. */
  readonly busyHint: string | null;
  /** Lines of its log, as they come. */
  readonly onLog: (line: string) => void;
}

const fromSource = import.meta.url.endsWith('.ts');

/** The command of a half: its source beside ours in the repository, or its bundle beside ours when installed. */
function commandOf(name: ComponentStart['name']): readonly string[] {
  const path = fromSource ? `../../../${name}/src/main.ts` : `./tandem-${name}.mjs`;
  const file = fileURLToPath(new URL(path, import.meta.url));
  return fromSource ? ['--conditions=source', '--disable-warning=ExperimentalWarning', file] : [file];
}

/**
 * Starts a half and waits until it says that it is ready. Its standard input is a pipe from us: when we die, even by
 * SIGKILL, the pipe ends, and so does the half. Throws a `CliError` with its last words if it ends before.
 */
export async function startComponent(start: ComponentStart): Promise<Component> {
  const child = spawn(
    process.execPath,
    [...commandOf(start.name), ...start.args, '--exit-with-parent', '--ready-json'],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environmentOf(start.env),
      // A process group of its own: Ctrl-C reaches us alone, and we end the halves in order.
      detached: true,
    },
  );
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ready = await firstLine(child, start, ended);
  return {
    name: start.name,
    pid: child.pid ?? 0,
    ready,
    ended,
    stop: async (patienceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function environmentOf(changes: ComponentStart['env']): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

async function firstLine(
  child: ChildProcess,
  start: ComponentStart,
  ended: Promise<number | null>,
): Promise<Record<string, unknown>> {
  const lastWords: string[] = [];
  const ready = new Promise<Record<string, unknown>>((resolve) => {
    onLines(child.stdout, (line) => {
      const message = parse(line);
      if (message?.['ready'] === true) resolve(message);
      else start.onLog(line);
    });
  });
  onLines(child.stderr, (line) => {
    lastWords.push(line);
    if (lastWords.length > 20) lastWords.shift();
    start.onLog(line);
  });
  const early = ended.then((code) => {
    const sentence = lastWords
      .filter((line) => !line.startsWith('{'))
      .join('\n')
      .replace(/^(error|tandem-control-plane|tandem-agent): /, '');
    const message = sentence === '' ? `The ${start.name} ended with code ${code} before it was ready.` : sentence;
    throw new CliError(exitOf(code), message, code === busy ? start.busyHint : null);
  });
  return await Promise.race([ready, early]);
}

const busy = 3;

/** The exit codes of the halves that mean something to the user; see their own `--help`. */
function exitOf(code: number | null): ExitCode {
  if (code === busy) return exitCodes.notAllowedNow;
  return code === 2 ? exitCodes.usage : exitCodes.failure;
}

function onLines(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
}

function parse(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    // A log line that only looks like JSON.
    return null;
  }
}
