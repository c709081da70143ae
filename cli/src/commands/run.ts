import type { Checked } from '@tandem/shared/compile';
import { done, type Outcome } from '@tandem/shared/outcome';
import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import { type DiagnosticJson, SpecRefused } from '../client/refusal.ts';
import { isFinal, type RunJson, watchRun } from '../client/runs.ts';
import { CliError, exitCodeOf, exitCodes } from '../exit-codes.ts';
import { printProblems, printServerProblems } from '../print/diagnostics.ts';
import type { Streams } from '../print/output.ts';
import { paintStatus } from '../print/paint.ts';
import { followLogs } from './follow-logs.ts';
import { hasReferredFiles, type Loaded } from './load-references.ts';
import { withUrlNotes } from './open-notes.ts';
import { readSubmission } from './read-submission.ts';
import { collect, type SubmissionOptions, withSubmissionOptions } from './submission-options.ts';
import { apiOf, type GlobalOptions, optionsOf, streamsOf, type Terminal } from './terminal.ts';

interface RunOptions extends GlobalOptions, SubmissionOptions {
  readonly name?: string;
  readonly description?: string;
  readonly tag: readonly string[];
  readonly queue?: string;
  readonly wait?: boolean;
  readonly logs?: boolean;
  readonly dryRun?: boolean;
  readonly stopOnInterrupt?: boolean;
  readonly idempotencyKey?: string;
}

/** `tandem run`: checks here, submits there, and with `--wait` answers with the run's result. */
export function registerRun(program: Command, terminal: Terminal): void {
  withSubmissionOptions(
    program.command('run [files...]').description('submit an operation; further files are presets, in order'),
  )
    .option('-n, --name <name>', 'name of the run')
    .option('--description <text>', 'what it is for')
    .option('--tag <tag>', 'a tag', collect, [])
    .option('--queue <queue>', 'queue, or agent/queue')
    .option('-w, --wait', 'wait for the end; the exit code tells how the run ended')
    .option('-l, --logs', 'print what the run prints, until its end')
    .option('--dry-run', 'compile on the server and store nothing')
    .option('--stop-on-interrupt', 'Ctrl-C stops the run instead of leaving it alone')
    .option('--idempotency-key <key>', 'submitting again with the same key gives the same run')
    .action(async (files: readonly string[], _: object, command: Command) => {
      const options = optionsOf<RunOptions>(command);
      await submit(terminal, files, options);
    });
}

async function submit(terminal: Terminal, files: readonly string[], options: RunOptions): Promise<void> {
  const streams = streamsOf(terminal, options);
  const { check } = await import('@tandem/shared/compile');
  const { loaded } = await readSubmission(terminal.cwd, files, options);
  const read = withQueue(loaded, options.queue);
  const checked = read.ok ? check(read.value.submission) : read;
  const found = checked.ok ? checked.warnings : checked.problems;
  await printProblems(read.ok ? await withUrlNotes(found, read.value.submission) : found, streams);
  if (!checked.ok || !read.ok) {
    terminal.exit(exitCodes.invalidSpec);
    return;
  }
  const api = apiOf(terminal, options);
  const { submission } = read.value;
  const body = {
    ...(await whatToCompile(checked.value, read.value, options.param)),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.tag.length === 0 ? {} : { tags: options.tag }),
  };
  const texts = new Map(submission.files.map((file) => [file.name, file.text]));
  const made = await send(api, options, body).catch((error: unknown) => {
    if (!(error instanceof SpecRefused)) throw error;
    printServerProblems(error.diagnostics, texts, streams);
    return null;
  });
  if (made === null) terminal.exit(exitCodes.invalidSpec);
  else if (options.dryRun === true) tellDryRun(terminal, made as unknown as DryRunJson, texts, streams);
  else await afterwards(terminal, api, made, options, streams);
}

interface DryRunJson {
  readonly ok: boolean;
  readonly diagnostics: readonly DiagnosticJson[];
}

/** What the server would have said to the submission; the answer itself is data. */
function tellDryRun(
  terminal: Terminal,
  answer: DryRunJson,
  texts: ReadonlyMap<string, string>,
  streams: Streams,
): void {
  streams.out(`${JSON.stringify(answer, null, 2)}\n`);
  if (answer.diagnostics.length > 0) printServerProblems(answer.diagnostics, texts, streams);
  if (!answer.ok) terminal.exit(exitCodes.invalidSpec);
}

/**
 * The author's own texts, so that the server names their lines; files that they refer to only the client has, so with those
 * it is the assembled operation. Throws a `CliError` when each side lacks something that only the other has.
 */
async function whatToCompile(
  checked: Checked,
  { submission }: Loaded,
  params: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const { contentOf, openReferences, standaloneContentOf } = await import('@tandem/shared/compile');
  if (!hasReferredFiles(submission.library)) {
    const files = submission.files.map(({ name, text }) => ({ name, text }));
    return { content: contentOf(checked), sources: { files, params } };
  }
  const [open] = openReferences(checked);
  if (open === undefined) return { content: standaloneContentOf(checked) };
  throw new CliError(
    exitCodes.notAllowedNow,
    `The operation refers to files of this machine, and to "${open.ref}", which is not here; both together cannot be submitted yet.`,
    'Put the component itself into the file.',
  );
}

/** The queue of an option stands above that of the file, like a preset that is given last. */
function withQueue(loaded: Outcome<Loaded>, queue: string | undefined): Outcome<Loaded> {
  if (!loaded.ok || queue === undefined) return loaded;
  const option = { name: '--queue', text: JSON.stringify({ queue }) };
  const { submission } = loaded.value;
  return done({ ...loaded.value, submission: { ...submission, files: [...submission.files, option] } });
}

async function send(api: Api, options: RunOptions, body: object): Promise<RunJson> {
  if (options.dryRun === true)
    return await api.json<RunJson>(`${api.projectPath}/runs/check`, { method: 'POST', body });
  const headers = options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey };
  return await api.json<RunJson>(`${api.projectPath}/runs`, { method: 'POST', body, headers });
}

async function afterwards(
  terminal: Terminal,
  api: Api,
  run: RunJson,
  options: RunOptions,
  streams: Streams,
): Promise<void> {
  const follows = options.wait === true || options.logs === true;
  if (options.output === 'json' && !follows) streams.out(`${JSON.stringify(run, null, 2)}\n`);
  else if (options.quiet === true || !follows) streams.out(`${run.uuid}\n`);
  else streams.err(`${streams.paint.bold(run.name ?? 'run')} ${run.uuid}\n`);
  if (!follows) return;
  const printed =
    options.logs === true
      ? followLogs(api, run.uuid, { tail: 0, timestamps: false }, streams, terminal.interrupted)
      : Promise.resolve();
  const last = await waitForEnd(terminal, api, run.uuid, options, streams);
  await printed;
  if (terminal.interrupted.aborted) await leave(terminal, api, run.uuid, options, streams);
  else await finish(terminal, api, run.uuid, last, options, streams);
}

/** Follows the status changes, telling them beside the data. Gives the last status seen. */
async function waitForEnd(
  terminal: Terminal,
  api: Api,
  uuid: string,
  options: RunOptions,
  streams: Streams,
): Promise<string> {
  let last = '';
  try {
    for await (const change of watchRun(api, uuid, terminal.interrupted)) {
      last = change.status;
      if (options.quiet === true) continue;
      const message = change.message === '' ? '' : `: ${change.message}`;
      streams.err(
        `${streams.paint.dim('·')} ${paintStatus(change.status, streams.paint)} ${streams.paint.dim(`${change.reason}${message}`)}\n`,
      );
    }
  } catch (error) {
    if (!terminal.interrupted.aborted) throw error;
  }
  return last;
}

/** Ctrl-C: the run goes on, unless it was asked to end with us. */
async function leave(terminal: Terminal, api: Api, uuid: string, options: RunOptions, streams: Streams): Promise<void> {
  if (options.stopOnInterrupt === true) {
    await api.json(`${api.projectPath}/runs/${uuid}/stop`, { method: 'POST', body: {} });
    streams.err(`The run ${uuid.slice(0, 8)} was asked to stop.\n`);
  } else {
    streams.err(`The run ${uuid.slice(0, 8)} goes on. Follow it: tandem ops logs -f ${uuid.slice(0, 8)}\n`);
  }
  terminal.exit(exitCodes.interrupted);
}

async function finish(
  terminal: Terminal,
  api: Api,
  uuid: string,
  last: string,
  options: RunOptions,
  streams: Streams,
): Promise<void> {
  const run = await api.json<RunJson>(`${api.projectPath}/runs/${uuid}`);
  const status = isFinal(run.status) ? run.status : last;
  if (options.output === 'json') streams.out(`${JSON.stringify(run, null, 2)}\n`);
  else if (options.quiet !== true) {
    for (const [name, value] of Object.entries(run.outputs ?? {}))
      streams.err(`${streams.paint.dim('output')} ${name} = ${JSON.stringify(value)}\n`);
  }
  terminal.exit(isFinal(status) ? exitCodeOf(status) : exitCodes.timeout);
}
