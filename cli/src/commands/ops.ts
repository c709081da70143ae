import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import { type ConditionJson, isFinal, type ListJson, type RunJson, resolveRun, watchRun } from '../client/runs.ts';
import { CliError, exitCodeOf, exitCodes } from '../exit-codes.ts';
import { type Column, printList, printOne } from '../print/output.ts';
import { paintStatus } from '../print/paint.ts';
import { ago, span } from '../print/times.ts';
import { followLogs, printLogs } from './follow-logs.ts';
import { registerPortForward } from './port-forward.ts';
import { apiOf, formatOf, optionsOf, streamsOf, type Terminal } from './terminal.ts';

/** `tandem ops`: everything about runs that exist. */
export function registerOps(program: Command, terminal: Terminal): void {
  const ops = program.command('ops').description('runs: list, look at, follow, stop, delete');
  registerList(ops, terminal);
  registerGet(ops, terminal);
  registerStatus(ops, terminal);
  registerLogs(ops, terminal);
  registerPortForward(ops, terminal);
  registerStop(ops, terminal);
  registerApprove(ops, terminal);
  registerDelete(ops, terminal);
}

function runColumns(terminal: Terminal, paint: ReturnType<typeof streamsOf>['paint']): readonly Column<RunJson>[] {
  return [
    { title: 'ID', of: (run) => run.uuid.slice(0, 8), whole: true },
    { title: 'UUID', of: (run) => run.uuid, wide: true, whole: true },
    { title: 'NAME', of: (run) => run.name ?? '' },
    { title: 'KIND', of: (run) => run.runtime ?? run.kind ?? '' },
    { title: 'STATUS', of: (run) => paintStatus(run.status, paint) },
    { title: 'AGE', of: (run) => ago(run.created_at, terminal.nowMs()) },
    { title: 'DURATION', of: (run) => span(run.duration) },
    { title: 'TAGS', of: (run) => (run.tags ?? []).join(','), wide: true },
  ];
}

function registerList(ops: Command, terminal: Terminal): void {
  ops
    .command('ls [query]')
    .description('list runs, latest first; the query is like `status:running, kind:job`')
    .option('--limit <n>', 'most runs to show', '20')
    .option('--offset <n>', 'runs to leave out', '0')
    .option('--sort <field>', 'created_at, name, status …; with - downwards', '-created_at')
    .action(async (query: string | undefined, _: object, command: Command) => {
      const options = optionsOf<{ limit: string; offset: string; sort: string }>(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const { limit, offset, sort } = options;
      const list = await api.json<ListJson<RunJson>>(`${api.projectPath}/runs`, {
        query: { query, limit, offset, sort },
      });
      const columns = runColumns(terminal, streams.paint);
      const format = formatOf(options);
      printList(
        list.results,
        format === 'name' ? [{ title: 'UUID', of: (run: RunJson) => run.uuid }] : columns,
        format,
        streams,
      );
      const rest = (list.count ?? 0) - Number(offset) - list.results.length;
      if (rest > 0)
        streams.err(
          `${list.results.length} of ${list.count}; the next ones: --offset ${Number(offset) + list.results.length}\n`,
        );
      else if (list.results.length === 0 && format === 'table')
        streams.err(`No runs in ${api.context.project}${query === undefined ? '' : ' fit the query'}.\n`);
    });
}

function registerGet(ops: Command, terminal: Terminal): void {
  ops
    .command('get <run>')
    .description('show one run: state, inputs, outputs; the run is an id, its beginning, a name, or @last')
    .action(async (text: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const run = await api.json<RunJson>(`${api.projectPath}/runs/${await resolveRun(api, text)}`);
      const time = (iso: string | null | undefined): string =>
        iso ? `${iso} (${ago(iso, terminal.nowMs())} ago)` : '';
      const values = (map: RunJson['inputs']): string =>
        Object.entries(map ?? {})
          .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
          .join('  ');
      printOne(
        run,
        [
          { title: 'id', of: (each) => each.uuid },
          { title: 'name', of: (each) => each.name ?? '' },
          { title: 'project', of: () => api.context.project },
          { title: 'kind', of: (each) => each.runtime ?? each.kind ?? '' },
          {
            title: 'status',
            of: (each) =>
              paintStatus(each.status, streams.paint) + (each.pending ? ` (waits for ${each.pending})` : ''),
          },
          { title: 'tags', of: (each) => (each.tags ?? []).join(', ') },
          { title: 'created', of: (each) => time(each.created_at) },
          { title: 'started', of: (each) => time(each.started_at) },
          { title: 'finished', of: (each) => time(each.finished_at) },
          { title: 'duration', of: (each) => span(each.duration) },
          { title: 'inputs', of: (each) => values(each.inputs) },
          { title: 'outputs', of: (each) => values(each.outputs) },
        ],
        formatOf(options),
        streams,
      );
    });
}

function registerStatus(ops: Command, terminal: Terminal): void {
  ops
    .command('status <run>')
    .alias('statuses')
    .description('the history of a run; with -w until it has ended')
    .option('-w, --watch', 'follow the changes; the exit code tells how the run ended')
    .action(async (text: string, _: object, command: Command) => {
      const options = optionsOf<{ watch?: boolean }>(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const uuid = await resolveRun(api, text);
      if (options.watch === true) {
        let last = '';
        for await (const change of watchRun(api, uuid, terminal.interrupted)) {
          last = change.status;
          streams.out(
            `${paintStatus(change.status, streams.paint)}  ${change.reason}${change.message === '' ? '' : `: ${change.message}`}\n`,
          );
        }
        terminal.exit(isFinal(last) ? exitCodeOf(last) : exitCodes.timeout);
        return;
      }
      const history = await api.json<{ status_conditions: readonly ConditionJson[] }>(
        `${api.projectPath}/runs/${uuid}/statuses`,
      );
      printList(
        history.status_conditions ?? [],
        [
          { title: 'STATUS', of: (each) => paintStatus(each.type, streams.paint), whole: true },
          { title: 'REASON', of: (each) => each.reason ?? '', whole: true },
          { title: 'SINCE', of: (each) => ago(each.last_transition_time, terminal.nowMs()), whole: true },
          { title: 'MESSAGE', of: (each) => each.message ?? '' },
        ],
        formatOf(options),
        streams,
      );
    });
}

function registerLogs(ops: Command, terminal: Terminal): void {
  ops
    .command('logs <run>')
    .description('what a run has printed; with -f until it has ended')
    .option('-f, --follow', 'stay and print lines as they come')
    .option('--tail <n>', 'only the last so many lines')
    .option('--timestamps', 'the time before each line')
    .action(async (text: string, _: object, command: Command) => {
      const options = optionsOf<{ follow?: boolean; tail?: string; timestamps?: boolean }>(command);
      const api = apiOf(terminal, options);
      const uuid = await resolveRun(api, text);
      const query = { tail: Number(options.tail ?? 0), timestamps: options.timestamps === true };
      const print = options.follow === true ? followLogs : printLogs;
      await print(api, uuid, query, streamsOf(terminal, options), terminal.interrupted);
    });
}

function registerStop(ops: Command, terminal: Terminal): void {
  ops
    .command('stop <run...>')
    .description('stop runs; a run that has ended stays as it is')
    .action(async (texts: readonly string[], _: object, command: Command) => {
      await act(command, terminal, texts, 'stop', 'asked to stop');
    });
}

function registerApprove(ops: Command, terminal: Terminal): void {
  ops
    .command('approve <run...>')
    .description('let runs start that wait for an approval')
    .action(async (texts: readonly string[], _: object, command: Command) => {
      await act(command, terminal, texts, 'approve', 'approved');
    });
}

async function act(
  command: Command,
  terminal: Terminal,
  texts: readonly string[],
  action: string,
  done: string,
): Promise<void> {
  const options = optionsOf(command);
  const streams = streamsOf(terminal, options);
  const api = apiOf(terminal, options);
  for (const text of texts) {
    const uuid = await resolveRun(api, text);
    await api.json(`${api.projectPath}/runs/${uuid}/${action}`, { method: 'POST', body: {} });
    if (options.quiet === true) streams.out(`${uuid}\n`);
    else streams.err(`${uuid.slice(0, 8)} ${done}\n`);
  }
}

function registerDelete(ops: Command, terminal: Terminal): void {
  ops
    .command('delete <run...>')
    .description('delete runs; one that still runs is stopped first')
    .option('-y, --yes', 'do not ask')
    .action(async (texts: readonly string[], _: object, command: Command) => {
      const options = optionsOf<{ yes?: boolean }>(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const uuids = await resolveAll(api, texts);
      if (
        options.yes !== true &&
        !(await confirm(terminal, `Delete ${uuids.length === 1 ? 'this run' : `${uuids.length} runs`}?`))
      ) {
        throw new CliError(exitCodes.usage, 'Nothing was deleted.', 'Say --yes where nobody can be asked.');
      }
      for (const uuid of uuids) {
        await api.json(`${api.projectPath}/runs/${uuid}`, { method: 'DELETE' });
        streams.err(`${uuid.slice(0, 8)} deleted\n`);
      }
    });
}

async function resolveAll(api: Api, texts: readonly string[]): Promise<readonly string[]> {
  const uuids: string[] = [];
  for (const text of texts) uuids.push(await resolveRun(api, text));
  return uuids;
}

/** Asks a person, if there is one; nobody there means no. */
async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  if (terminal.stderr.isTTY !== true || terminal.stdout.isTTY !== true || terminal.env['CI'] === 'true') return false;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
