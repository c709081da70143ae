import type { Command } from 'commander';
import { CliError, exitCodes } from '../exit-codes.ts';
import { optionsOf, streamsOf, type Terminal } from './terminal.ts';

/** `tandem explain CODE`: what a diagnostic means, what to do, and a file that gives it. */
export function registerExplain(program: Command, terminal: Terminal): void {
  program
    .command('explain [code]')
    .description('what a diagnostic means; without a code, all of them')
    .action(async (code: string | undefined, _: object, command: Command) => {
      const streams = streamsOf(terminal, optionsOf(command));
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
