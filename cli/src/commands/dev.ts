import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Api } from '../client/api.ts';
import type { ListJson } from '../client/runs.ts';
import { defaultProject, readContexts, writeContexts } from '../config/contexts.ts';
import { type Component, startComponent } from '../dev/component.ts';
import { type DevFolder, openDevFolder, readToken, writeToken } from '../dev/dev-folder.ts';
import { CliError, exitCodes } from '../exit-codes.ts';
import type { Streams } from '../print/output.ts';
import { type GlobalOptions, optionsOf, streamsOf, type Terminal } from './terminal.ts';

interface DevOptions extends GlobalOptions {
  readonly data: string;
  readonly port: string;
  readonly sessionsPort: string;
  readonly readyJson?: boolean;
  readonly saveContext: boolean;
}

/** How long a half may take to end before it is made to. */
const patienceMs = 15_000;

/** `tandem dev`: a control plane on PGlite and an agent on this machine, in one command. */
export function registerDev(program: Command, terminal: Terminal): void {
  program
    .command('dev')
    .description('a whole Tandem on this machine: control plane and agent, with their data in a folder')
    .option('--data <folder>', 'where everything is kept', '.tandem')
    .option('--port <port>', 'port of the REST interface; 0 takes a free one', '8000')
    .option('--sessions-port <port>', 'port that the agent dials; 0 takes a free one', '0')
    .option('--no-save-context', 'do not make this server the present context')
    .option('--ready-json', 'print one line of JSON when everything is up, for scripts')
    .action(async (_: object, command: Command) => {
      const options = optionsOf<DevOptions>(command);
      await dev(terminal, options, streamsOf(terminal, options));
    });
}

async function dev(terminal: Terminal, options: DevOptions, streams: Streams): Promise<void> {
  const folder = openDevFolder(options.data);
  const controlPlane = await startControlPlane(folder, options, streams);
  const halves: Component[] = [controlPlane];
  try {
    const url = String(controlPlane.ready['http']);
    const token = tokenOf(controlPlane, folder);
    halves.push(
      await startAgent(terminal, folder, { url, token, sessions: String(controlPlane.ready['grpc']) }, streams),
    );
    announce(terminal, options, { url, token, data: folder.root, pids: halves.map((each) => each.pid) }, streams);
    await untilEnd(terminal, halves);
  } finally {
    // The agent first: its last reports still find a control plane. What it runs goes on, and is found again next time.
    for (const half of halves.reverse()) await half.stop(patienceMs);
  }
  if (options.readyJson !== true) streams.err('Stopped. Runs that were going on are found again at the next start.\n');
}

function startControlPlane(folder: DevFolder, options: DevOptions, streams: Streams): Promise<Component> {
  return startComponent({
    name: 'control-plane',
    args: ['serve', '--dev'],
    env: {
      TANDEM_DATA: folder.controlPlane,
      TANDEM_DATABASE_URL: null,
      TANDEM_HTTP_LISTEN: `127.0.0.1:${options.port}`,
      TANDEM_GRPC_LISTEN: `127.0.0.1:${options.sessionsPort}`,
    },
    busyHint: 'Another `tandem dev` may be running. Beside it, take another folder and port: `--data FOLDER --port 0`.',
    onLog: logTo(folder, 'control-plane', streams, options.debug === true),
  });
}

/** The token comes from the control plane at its first start, and from the folder at every later one. */
function tokenOf(controlPlane: Component, folder: DevFolder): string {
  const first = controlPlane.ready['firstToken'];
  if (typeof first === 'string' && first !== '') writeToken(folder, first);
  const token = readToken(folder);
  if (token === null) {
    throw new CliError(
      exitCodes.auth,
      `The token of this installation is not in "${folder.root}" any more.`,
      'Make one: `tandem-control-plane token create`, and write it to the file `token` there.',
    );
  }
  return token;
}

interface Server {
  readonly url: string;
  readonly token: string;
  readonly sessions: string;
}

async function startAgent(terminal: Terminal, folder: DevFolder, server: Server, streams: Streams): Promise<Component> {
  const isKnown = existsSync(join(folder.agent, 'identity.json'));
  const enrolment = isKnown ? {} : { TANDEM_ENROLMENT_TOKEN: await enrolmentToken(terminal, server) };
  return await startComponent({
    name: 'agent',
    args: ['--data', folder.agent],
    env: {
      TANDEM_SESSIONS: server.sessions,
      TANDEM_CONTROL_PLANE_URL: server.url,
      TANDEM_INSECURE: 'true',
      ...enrolment,
    },
    busyHint: null,
    onLog: logTo(folder, 'agent', streams, false),
  });
}

/** A new token for the agent `local`, which is made if it is not there: an earlier start may have died in between. */
async function enrolmentToken(terminal: Terminal, server: Server): Promise<string> {
  const api = new Api({ url: server.url, token: server.token, project: defaultProject }, terminal.version);
  const { results } = await api.json<ListJson<{ uuid: string; name: string }>>(`${api.ownerPath}/agents`, {
    query: { limit: 100 },
  });
  const known = results.find((agent) => agent.name === 'local');
  const path = known === undefined ? `${api.ownerPath}/agents` : `${api.ownerPath}/agents/${known.uuid}/token`;
  const made = await api.json<{ token: string }>(path, {
    method: 'POST',
    body: known === undefined ? { name: 'local' } : {},
  });
  return made.token;
}

function announce(
  terminal: Terminal,
  options: DevOptions,
  server: { readonly url: string; readonly token: string; readonly data: string; readonly pids: readonly number[] },
  streams: Streams,
): void {
  if (options.saveContext) {
    const stored = readContexts(terminal.env);
    const contexts = { ...stored.contexts, dev: { url: server.url, token: server.token, project: defaultProject } };
    writeContexts(terminal.env, { current: 'dev', contexts });
  }
  if (options.readyJson === true) {
    streams.out(`${JSON.stringify({ ready: true, ...server })}\n`);
    return;
  }
  const { bold, dim } = streams.paint;
  streams.out(`${bold('Tandem is up.')}\n`);
  streams.out(`${dim('url  ')} ${server.url}\n${dim('token')} ${server.token}\n${dim('data ')} ${server.data}\n`);
  streams.out('In another terminal: tandem run FILE --wait --logs\nCtrl-C ends it.\n');
}

/** Until Ctrl-C, or until a half ends on its own, which is a failure. */
async function untilEnd(terminal: Terminal, halves: readonly Component[]): Promise<void> {
  const interrupted = new Promise<null>((resolve) => {
    if (terminal.interrupted.aborted) resolve(null);
    terminal.interrupted.addEventListener('abort', () => resolve(null), { once: true });
  });
  const ended = halves.map((half) => half.ended.then((code) => ({ name: half.name, code })));
  const first = await Promise.race([interrupted, ...ended]);
  if (first !== null)
    throw new CliError(
      exitCodes.failure,
      `The ${first.name} ended unexpectedly, ${first.code === null ? 'by a signal' : `with code ${first.code}`}.`,
      'Its log is in the data folder. Runs go on by themselves; start again with the same folder to see them.',
    );
}

/** Logs go to a file in the folder; with `--debug` to the terminal too. A disk that is full costs log lines, nothing else. */
function logTo(folder: DevFolder, name: string, streams: Streams, alsoHere: boolean): (line: string) => void {
  const file = join(folder.root, `${name}.log`);
  let isLost = false;
  return (line) => {
    if (alsoHere) streams.err(`${name} ${line}\n`);
    try {
      appendFileSync(file, `${line}\n`);
      isLost = false;
    } catch (error) {
      if (!isLost) streams.err(`The log of the ${name} cannot be written: ${(error as Error).message}.\n`);
      isLost = true;
    }
  };
}
