import type { Command } from 'commander';
import { Api } from '../client/api.ts';
import { resolveContext } from '../config/contexts.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Format, Streams } from '../print/output.ts';
import { choosePaint } from '../print/paint.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** All that a command has of the world around it; a test makes its own. */
export interface Terminal {
  readonly env: Environment;
  readonly version: string;
  readonly cwd: string;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly nowMs: () => number;
  /** Aborted by the first Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** What the process will end with; set once, by the command that ran. */
  exit(code: ExitCode): void;
}

/** Options of every command. */
export interface GlobalOptions {
  readonly context?: string;
  readonly url?: string;
  readonly token?: string;
  readonly project?: string;
  readonly output?: Format;
  readonly color?: string;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly utc?: boolean;
}

/** The options of a command together with those that stand before it. */
export function optionsOf<T extends object>(command: Command): T & GlobalOptions {
  return command.optsWithGlobals<T & GlobalOptions>();
}

/** The server and project that a command works with. Throws a `CliError` when none is known. */
export function apiOf(terminal: Terminal, options: GlobalOptions): Api {
  return new Api(resolveContext(terminal.env, options), terminal.version);
}

/** Where a command prints, with or without colours. */
export function streamsOf(terminal: Terminal, options: GlobalOptions): Streams {
  return {
    out: (text) => void terminal.stdout.write(text),
    err: (text) => void terminal.stderr.write(text),
    width: terminal.stdout.isTTY === true ? (terminal.stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
    paint: choosePaint(options.color, terminal.env, terminal.stdout.isTTY === true),
    isInteractive: terminal.stderr.isTTY === true && options.quiet !== true,
  };
}

/** The format of a list or a thing: ids alone with `-q`, else what `-o` says, else a table. */
export function formatOf(options: GlobalOptions): Format {
  return options.quiet === true ? 'name' : (options.output ?? 'table');
}
