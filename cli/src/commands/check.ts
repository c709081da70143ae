import type { Command } from 'commander';
import { CliError, exitCodes } from '../exit-codes.ts';
import { printProblems } from '../print/diagnostics.ts';
import type { Streams } from '../print/output.ts';
import { withUrlNotes } from './open-notes.ts';
import { type ReadSubmission, readSubmission } from './read-submission.ts';
import { type SubmissionOptions, withSubmissionOptions } from './submission-options.ts';
import { optionsOf, streamsOf, type Terminal } from './terminal.ts';
import { watchFiles } from './watch-files.ts';

interface CheckOptions extends SubmissionOptions {
  readonly json?: boolean;
  readonly stages?: boolean;
  readonly watch?: boolean;
}

/** `tandem check`: the stages that need no server, on local files and what they refer to (decisions.md 12). */
export function registerCheck(program: Command, terminal: Terminal): void {
  withSubmissionOptions(
    program.command('check [files...]').description('find everything wrong in an operation, without a server'),
  )
    .option('--stages', 'what each stage makes of the operation')
    .option('--json', 'diagnostics as JSON; with --stages one object a line for each stage')
    .option('-w, --watch', 'check again whenever a file changes, or one that it refers to')
    .action(async (files: readonly string[], _: object, command: Command) => {
      const options = optionsOf<CheckOptions>(command);
      const streams = streamsOf(terminal, options);
      const read = await readSubmission(terminal.cwd, files, options);
      const ok = await checkOnce(read, options, streams);
      if (options.watch !== true) {
        terminal.exit(ok ? exitCodes.ok : exitCodes.invalidSpec);
        return;
      }
      let watched = watchedBy(read);
      await watchFiles(terminal, watched, async () => {
        try {
          const now = await readSubmission(terminal.cwd, files, options);
          await checkOnce(now, options, streams);
          watched = watchedBy(now);
        } catch (error) {
          // A file that is gone for a moment, as while an editor writes it, ends no watch.
          if (!(error instanceof CliError)) throw error;
          streams.err(`error: ${error.message}\n`);
        }
        return watched;
      });
    });
}

function watchedBy({ names, loaded }: ReadSubmission): readonly string[] {
  return [...new Set([...names, ...(loaded.ok ? loaded.value.names : [])])];
}

async function checkOnce(read: ReadSubmission, options: CheckOptions, streams: Streams): Promise<boolean> {
  const { names, loaded } = read;
  if (options.stages === true && loaded.ok) {
    const { checkStages } = await import('@tandem/shared/compile');
    const { printStages, printStagesJson } = await import('../print/stages.ts');
    const { submission } = loaded.value;
    const results = checkStages(submission);
    return options.json === true
      ? printStagesJson(results, submission, streams)
      : await printStages(results, submission, streams);
  }
  const { check } = await import('@tandem/shared/compile');
  const outcome = loaded.ok ? check(loaded.value.submission) : loaded;
  const found = outcome.ok ? outcome.warnings : outcome.problems;
  const diagnostics = loaded.ok ? await withUrlNotes(found, loaded.value.submission) : found;
  if (options.json === true) {
    const { toJson } = await import('@tandem/shared/diagnostics');
    streams.out(`${JSON.stringify({ ok: outcome.ok, diagnostics: diagnostics.map(toJson) }, null, 2)}\n`);
    return outcome.ok;
  }
  await printProblems(diagnostics, streams);
  if (outcome.ok) streams.err(`${names.join(', ')}: ${diagnostics.length === 0 ? 'ok' : 'ok, with warnings'}\n`);
  return outcome.ok;
}
