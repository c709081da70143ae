import type { Command } from 'commander';
import type { ListJson } from '../client/runs.ts';
import { printList } from '../print/output.ts';
import { ago } from '../print/times.ts';
import { apiOf, formatOf, optionsOf, streamsOf, type Terminal } from './terminal.ts';

interface ProjectJson {
  readonly name: string;
  readonly owner?: string;
  readonly description?: string | null;
  readonly created_at?: string;
}

interface AgentJson {
  readonly uuid: string;
  readonly name: string;
  readonly status?: string | null;
  readonly version?: string | null;
  readonly last_seen_at?: string | null;
  readonly token?: string;
}

/** `tandem project ls|create`. */
export function registerProject(program: Command, terminal: Terminal): void {
  const project = program.command('project').description('projects');
  project
    .command('ls')
    .description('list the projects of the owner')
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const api = apiOf(terminal, options);
      const list = await api.json<ListJson<ProjectJson>>(`/api/v1/${encodeURIComponent(api.owner)}/projects/list`, {
        query: { limit: 100 },
      });
      printList(
        list.results,
        [
          { title: 'NAME', of: (each) => each.name, whole: true },
          { title: 'AGE', of: (each) => ago(each.created_at, terminal.nowMs()) },
          { title: 'DESCRIPTION', of: (each) => each.description ?? '' },
        ],
        formatOf(options),
        streamsOf(terminal, options),
      );
    });
  project
    .command('create <name>')
    .description('make a project')
    .option('--description <text>', 'what it is for')
    .action(async (name: string, _: object, command: Command) => {
      const options = optionsOf<{ description?: string }>(command);
      const api = apiOf(terminal, options);
      const body = { name, ...(options.description === undefined ? {} : { description: options.description }) };
      const made = await api.json<ProjectJson>(`/api/v1/${encodeURIComponent(api.owner)}/projects/create`, {
        method: 'POST',
        body,
      });
      streamsOf(terminal, options).out(`${api.owner}/${made.name}\n`);
    });
}

/** `tandem agent ls|create|token`. */
export function registerAgent(program: Command, terminal: Terminal): void {
  const agent = program.command('agent').description('agents: the halves of Tandem that run in clusters');
  agent
    .command('ls')
    .description('list the agents, and whether they are there')
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const list = await api.json<ListJson<AgentJson>>(`${api.ownerPath}/agents`, { query: { limit: 100 } });
      printList(
        list.results,
        [
          { title: 'NAME', of: (each) => each.name, whole: true },
          { title: 'UUID', of: (each) => each.uuid, wide: true, whole: true },
          { title: 'STATUS', of: (each) => each.status ?? '' },
          { title: 'VERSION', of: (each) => each.version ?? '' },
          { title: 'SEEN', of: (each) => ago(each.last_seen_at, terminal.nowMs()) },
        ],
        formatOf(options),
        streams,
      );
    });
  agent
    .command('create <name>')
    .description('make an agent and print its enrolment token, once')
    .action(async (name: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const made = await api.json<AgentJson>(`${api.ownerPath}/agents`, { method: 'POST', body: { name } });
      if (options.output === 'json') streams.out(`${JSON.stringify(made, null, 2)}\n`);
      else printToken(made, streams);
    });
  agent
    .command('token <name>')
    .description('print a new enrolment token for an agent that must enrol again')
    .action(async (name: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const list = await api.json<ListJson<AgentJson>>(`${api.ownerPath}/agents`, { query: { limit: 100 } });
      const found = list.results.find((each) => each.name === name || each.uuid === name);
      const made = await api.json<AgentJson>(
        `${api.ownerPath}/agents/${found?.uuid ?? encodeURIComponent(name)}/token`,
        { method: 'POST', body: {} },
      );
      if (options.output === 'json') streams.out(`${JSON.stringify(made, null, 2)}\n`);
      else printToken(made, streams);
    });
}

/** The token alone on standard output, so that it can be piped; what to do with it beside. */
function printToken(agent: AgentJson, streams: ReturnType<typeof streamsOf>): void {
  streams.out(`${agent.token ?? ''}\n`);
  streams.err('This token works once, within the hour. Start the agent with it in TANDEM_ENROLMENT_TOKEN.\n');
}
