#!/usr/bin/env node
/** Composition root of the command line: the process around the tree of commands. */
import { CommanderError } from 'commander';
import { withLongHyperParam } from './commands/submission-options.ts';
import type { Terminal } from './commands/terminal.ts';
import { CliError, type ExitCode, exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { version } from './version.ts';

const interrupt = new AbortController();
let exitCode: ExitCode = exitCodes.ok;

process.on('SIGINT', () => {
  // The first Ctrl-C asks the command to leave; a second one does not wait for it.
  if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
  interrupt.abort();
});
process.on('SIGTERM', () => interrupt.abort());
// `tandem ops ls | head`: the reader has enough, which is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failure),
);

const terminal: Terminal = {
  env: process.env,
  version,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  nowMs: Date.now,
  interrupted: interrupt.signal,
  exit: (code) => {
    exitCode = code;
  },
};

try {
  await buildProgram(terminal).parseAsync(withLongHyperParam(process.argv));
} catch (error) {
  exitCode = report(error);
}
process.exitCode = exitCode;

/** Says what went wrong, in a line or two, and gives the exit code for it. */
function report(error: unknown): ExitCode {
  const wantsDebug = process.argv.includes('--debug');
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  if (error instanceof CliError) {
    process.stderr.write(`error: ${error.message}\n`);
    if (error.hint !== null) process.stderr.write(`hint: ${error.hint}\n`);
    if (wantsDebug && error.requestId !== null) process.stderr.write(`request: ${error.requestId}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message}\n`);
  if (wantsDebug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  else process.stderr.write('hint: This looks like a fault of Tandem; --debug tells more.\n');
  return exitCodes.failure;
}
