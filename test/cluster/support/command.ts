import { spawn } from 'node:child_process';

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Text for its standard input; none: the input is closed. */
  readonly input?: string;
  /** After so many milliseconds it is killed, and its code is null; none: it may take as long as it likes. */
  readonly limitMs?: number;
}

/** Runs a command to its end, whatever that is. Rejects only where it cannot be started. */
export async function attempt(command: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.limitMs,
    killSignal: 'SIGKILL',
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  // A command that does not read its input closes it, which is no fault of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
}

/** What a command wrote on its standard output. Rejects with what it wrote on the other where it fails. */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const ended = await attempt(command, options);
  if (ended.code !== 0)
    throw new Error(`${command.join(' ')} ended with ${ended.code}: ${(ended.stderr || ended.stdout).trim()}`);
  return ended.stdout;
}
