import type { Command } from 'commander';
import { CliError, exitCodes } from '../exit-codes.ts';
import { explainField } from './explain-field.ts';
import { type SubmissionOptions, withSubmissionOptions } from './submission-options.ts';
import { optionsOf, streamsOf, type Terminal } from './terminal.ts';

interface ExplainOptions extends SubmissionOptions {
  readonly field?: string;
}

/**
 * `tandem explain CODE`: what a diagnostic means, what to do, and a file that gives it. `tandem explain --field PATH FILE…`:
 * where a field of an operation comes from.
 */
export function registerExplain(program: Command, terminal: Terminal): void {
  withSubmissionOptions(
    program
      .command('explain [words...]')
      .usage('[code] | --field <path> [options] [files...]')
      .description('what a diagnostic means, or all of them; with --field, where a field of an operation comes from'),
  )
    .option('--field <path>', 'a field such as run.container.image, params.lr or inputs.lr.type')
    .action(async (words: readonly string[], _: object, command: Command) => {
      const options = optionsOf<ExplainOptions>(command);
      if (options.field !== undefined) {
        await explainField(terminal, options.field, words, options);
        return;
      }
      const [code, ...more] = words;
      if (more.length > 0)
        throw new CliError(exitCodes.usage, 'One code at a time.', 'For a field of files, say --field PATH.');
      const streams = streamsOf(terminal, options);
      const { codes, suggest } = await import('@tandem/shared/diagnostics');
      if (code === undefined) {
        const width = Math.max(...Object.keys(codes).map((each) => each.length));
        for (const [each, entry] of Object.entries(codes)) streams.out(`${each.padEnd(width)}  ${entry.says}\n`);
        return;
      }
      const entry = Object.entries(codes).find(([each]) => each === code)?.[1];
      if (entry === undefined) {
        const near = suggest(code, Object.keys(codes));
        throw new CliError(
          exitCodes.notFound,
          `There is no diagnostic "${code}".`,
          near === null || near === undefined ? '`tandem explain` lists them all.' : `Did you mean "${near}"?`,
        );
      }
      streams.out(
        `${streams.paint.bold(code)}\n\n${entry.says}\n${entry.help}\n\nFor example:\n\n${entry.example.trimEnd().replace(/^/gm, '    ')}\n`,
      );
    });
}
