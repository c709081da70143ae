import { watch } from 'node:fs';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../exit-codes.ts';
import { printProblems } from '../print/diagnostics.ts';
import { collect, readSubmission } from './read-submission.ts';
import { optionsOf, streamsOf, type Terminal } from './terminal.ts';

interface CheckOptions {
  readonly file: readonly string[];
  readonly param: readonly string[];
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `tandem check`: the stages that need no server, on local files (decisions.md 12). */
export function registerCheck(program: Command, terminal: Terminal): void {
  program
    .command('check [files...]')
    .description('find everything wrong in an operation, without a server')
    .option('-f, --file <file>', 'the operation; further ones are presets, in order', collect, [])
    .option('-P, --param <name=value>', 'a param', collect, [])
    .option('--json', 'diagnostics as JSON')
    .option('-w, --watch', 'check again whenever a file changes')
    .action(async (files: readonly string[], _: object, command: Command) => {
      const options = optionsOf<CheckOptions>(command);
      const all = [...files, ...options.file];
      const ok = await checkOnce(terminal, all, options, command);
      if (options.watch !== true) {
        terminal.exit(ok ? exitCodes.ok : exitCodes.invalidSpec);
        return;
      }
      await watchFiles(all, terminal, () => checkOnce(terminal, all, options, command));
    });
}

async function checkOnce(
  terminal: Terminal,
  files: readonly string[],
  options: CheckOptions,
  command: Command,
): Promise<boolean> {
  const streams = streamsOf(terminal, optionsOf(command));
  const { check } = await import('@tandem/shared/compile');
  const submission = await readSubmission(terminal.cwd, files, options.param);
  const outcome = submission.ok ? check(submission.value) : submission;
  const diagnostics = outcome.ok ? outcome.warnings : outcome.problems;
  if (options.json === true) {
    const { toJson } = await import('@tandem/shared/diagnostics');
    streams.out(`${JSON.stringify({ ok: outcome.ok, diagnostics: diagnostics.map(toJson) }, null, 2)}\n`);
    return outcome.ok;
  }
  await printProblems(diagnostics, streams);
  if (outcome.ok) streams.err(`${files.join(', ')}: ${diagnostics.length === 0 ? 'ok' : 'ok, with warnings'}\n`);
  return outcome.ok;
}

/** Runs an action after changes, until Ctrl-C. Several changes at once, as editors make them, count as one. */
async function watchFiles(files: readonly string[], terminal: Terminal, action: () => Promise<boolean>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void action().catch(reject), 50);
    };
    const watchers = files.map((file) => watch(file, again));
    terminal.interrupted.addEventListener('abort', () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      resolve();
    });
    for (const watcher of watchers)
      watcher.on('error', (error) => reject(new CliError(exitCodes.failure, error.message)));
  });
}
