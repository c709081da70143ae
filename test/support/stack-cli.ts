import { join } from 'node:path';
import { bundleOf, endLife, type Life, startProgram } from './stack-process.ts';

/** What a command of the command line left behind. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly limitMs?: number;
}

/** A `tandem dev` that is up. */
export interface Dev {
  readonly url: string;
  readonly token: string;
  readonly data: string;
  readonly life: Life;
  /** Processes of its halves. */
  readonly pids: readonly number[];
  /** Runs a command against it. */
  cli(args: readonly string[], options?: CommandOptions): Promise<Said>;
  /** Ctrl-C; gives the exit code. */
  end(): Promise<number | null>;
}

/** Runs `tandem ARGS` to its end; by force when it takes longer than the limit, which is told as no exit code. */
export async function tandem(folder: string, args: readonly string[], options: CommandOptions = {}): Promise<Said> {
  const life = startTandem(folder, args, options);
  const force = setTimeout(() => life.signal('SIGKILL'), options.limitMs ?? 60_000);
  try {
    const code = await life.ended;
    return { code, stdout: life.stdout(), stderr: life.stderr() };
  } finally {
    clearTimeout(force);
  }
}

/** Starts `tandem ARGS`. Contexts are kept in `folder`, never in the home folder of who runs the tests. */
export function startTandem(folder: string, args: readonly string[], { env = {}, cwd }: CommandOptions = {}): Life {
  return startProgram({
    bundle: bundleOf('tandem'),
    args,
    env: { TANDEM_CONFIG: join(folder, 'config'), NO_COLOR: '1', ...env },
    log: join(folder, 'tandem.log'),
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Arguments of `tandem dev` on a folder, with free ports. */
export const devArguments = (data: string): readonly string[] => [
  'dev',
  '--data',
  data,
  '--port',
  '0',
  '--ready-json',
  '--no-save-context',
];

/** Starts `tandem dev` and waits until it is up. */
export async function startDev(folder: string, data = join(folder, 'data')): Promise<Dev> {
  const life = startTandem(folder, devArguments(data));
  const ready = await life.ready;
  const url = String(ready['url']);
  const token = String(ready['token']);
  const server = { TANDEM_URL: url, TANDEM_TOKEN: token, TANDEM_PROJECT: 'default/default' };
  return {
    url,
    token,
    data,
    life,
    pids: (ready['pids'] as readonly number[]).map(Number),
    cli: (args, options) => tandem(folder, args, { ...options, env: { ...server, ...options?.env } }),
    end: () => endLife(life, 'SIGINT'),
  };
}
