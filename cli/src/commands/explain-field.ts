import { CliError, exitCodes } from '../exit-codes.ts';
import { printProblems } from '../print/diagnostics.ts';
import { readSubmission } from './read-submission.ts';
import type { SubmissionOptions } from './submission-options.ts';
import { type GlobalOptions, streamsOf, type Terminal } from './terminal.ts';

/** `tandem explain --field PATH FILE…`: which layer a field of the assembled operation comes from, and what it overrides. */
export async function explainField(
  terminal: Terminal,
  path: string,
  files: readonly string[],
  options: SubmissionOptions & GlobalOptions,
): Promise<void> {
  const streams = streamsOf(terminal, options);
  const { originOf, readFieldPath } = await import('@tandem/shared/compile');
  const steps = readFieldPath(path);
  if (steps === null)
    throw new CliError(
      exitCodes.usage,
      `"${path}" is no path of a field.`,
      'It looks like run.container.image, inputs[0].type or inputs.lr.type.',
    );
  const { loaded } = await readSubmission(terminal.cwd, files, options);
  const outcome = loaded.ok ? originOf(loaded.value.submission, steps) : loaded;
  if (!outcome.ok) {
    await printProblems(outcome.problems, streams);
    terminal.exit(exitCodes.invalidSpec);
    return;
  }
  const { noFieldText, originJson, printOrigin } = await import('../print/origin.ts');
  if (outcome.value.kind === 'none') {
    const { says, hint } = noFieldText(outcome.value);
    throw new CliError(exitCodes.notFound, says, hint);
  }
  if (options.output === 'json' || options.output === 'jsonl') streams.out(`${originJson(path, outcome.value)}\n`);
  else printOrigin(path, outcome.value, streams);
}
