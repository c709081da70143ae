import type { Command } from 'commander';
import { Api } from '../client/api.ts';
import { type Contexts, defaultProject, readContexts, resolveContext, writeContexts } from '../config/contexts.ts';
import { CliError, exitCodes } from '../exit-codes.ts';
import { printList } from '../print/output.ts';
import { formatOf, optionsOf, streamsOf, type Terminal } from './terminal.ts';

/** `tandem login`, `logout`, `whoami`: who this machine is at which server. */
export function registerLogin(program: Command, terminal: Terminal): void {
  program
    .command('login')
    .description('remember a server and a token; without --token it is read from standard input')
    .option('--name <name>', 'name of the context', 'default')
    .action(async (_: object, command: Command) => {
      const options = optionsOf<{ name: string }>(command);
      const url = options.url ?? terminal.env['TANDEM_URL'];
      if (url === undefined) throw new CliError(exitCodes.usage, 'Which server?', 'Say --url https://….');
      const token = options.token ?? terminal.env['TANDEM_TOKEN'] ?? (await readToken());
      const context = { url, token, project: options.project ?? defaultProject };
      const user = await new Api(context, terminal.version).json<{ username: string; organization?: string | null }>(
        '/api/v1/users',
      );
      const project = options.project ?? `${user.organization ?? 'default'}/default`;
      const stored = readContexts(terminal.env);
      writeContexts(terminal.env, {
        current: options.name,
        contexts: { ...stored.contexts, [options.name]: { ...context, project } },
      });
      streamsOf(terminal, options).err(
        `Logged in to ${url} as ${user.username}; context "${options.name}", project ${project}.\n`,
      );
    });

  program
    .command('logout')
    .description('forget the present context and its token')
    .action((_: object, command: Command) => {
      const stored = readContexts(terminal.env);
      const name = optionsOf(command).context ?? stored.current;
      if (name === null) return;
      const contexts = Object.fromEntries(Object.entries(stored.contexts).filter(([each]) => each !== name));
      writeContexts(terminal.env, { current: stored.current === name ? null : stored.current, contexts });
    });

  program
    .command('whoami')
    .description('who the token belongs to')
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const context = resolveContext(terminal.env, options);
      const user = await new Api(context, terminal.version).json<{ username: string }>('/api/v1/users');
      streamsOf(terminal, options).out(`${user.username}\n`);
    });
}

/** `tandem context ls|use|set`. */
export function registerContext(program: Command, terminal: Terminal): void {
  const context = program.command('context').description('servers side by side');
  context
    .command('ls')
    .description('list the contexts')
    .action((_: object, command: Command) => {
      const options = optionsOf(command);
      const stored = readContexts(terminal.env);
      const rows = Object.entries(stored.contexts).map(([name, each]) => ({
        name,
        url: each.url,
        project: each.project,
        current: name === stored.current,
      }));
      printList(
        rows,
        [
          { title: 'NAME', of: (row) => row.name, whole: true },
          { title: 'CURRENT', of: (row) => (row.current ? '*' : '') },
          { title: 'URL', of: (row) => row.url },
          { title: 'PROJECT', of: (row) => row.project },
        ],
        formatOf(options),
        streamsOf(terminal, options),
      );
    });
  context
    .command('use <name>')
    .description('work in this context from now on')
    .action((name: string) => {
      const stored = readContexts(terminal.env);
      known(stored, name);
      writeContexts(terminal.env, { ...stored, current: name });
    });
  context
    .command('set')
    .description('change the present context: `--project owner/project`')
    .action((_: object, command: Command) => {
      const options = optionsOf(command);
      const stored = readContexts(terminal.env);
      const name = options.context ?? stored.current ?? '';
      const before = known(stored, name);
      const after = {
        url: options.url ?? before.url,
        token: options.token ?? before.token,
        project: options.project ?? before.project,
      };
      writeContexts(terminal.env, { ...stored, contexts: { ...stored.contexts, [name]: after } });
    });
}

function known(stored: Contexts, name: string): Contexts['contexts'][string] {
  const found = stored.contexts[name];
  if (found === undefined)
    throw new CliError(exitCodes.usage, `There is no context "${name}".`, 'See `tandem context ls`.');
  return found;
}

/** From a pipe, so that a token need not stand in the shell's history. */
async function readToken(): Promise<string> {
  let text = '';
  if (process.stdin.isTTY === true)
    throw new CliError(exitCodes.usage, 'Which token?', 'Say --token TOKEN, or pipe it in.');
  for await (const bytes of process.stdin) text += String(bytes);
  return text.trim();
}
