import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { forwardProtocol, joined } from '@tandem/shared/forward';
import type { Command } from 'commander';
import type { Api } from '../client/api.ts';
import { isFinal, type RunJson, resolveRun, watchRun } from '../client/runs.ts';
import { CliError, exitCodes } from '../exit-codes.ts';
import type { Streams } from '../print/output.ts';
import { type Pair, parsePair } from './port-pair.ts';
import { apiOf, optionsOf, streamsOf, type Terminal } from './terminal.ts';

/** `tandem ops port-forward`: ports of a service on this machine (decisions.md 64). */
export function registerPortForward(ops: Command, terminal: Terminal): void {
  ops
    .command('port-forward <run> [ports...]')
    .description('reach the ports of a service from this machine, until Ctrl-C; a port is like `8888`, or `9999:8888`')
    .option('--address <ip>', 'where to listen', '127.0.0.1')
    .action(async (text: string, ports: readonly string[], _: object, command: Command) => {
      const options = optionsOf<{ address: string }>(command);
      const api = apiOf(terminal, options);
      const given = ports.map(parsePair);
      const run = await api.json<RunJson>(`${api.projectPath}/runs/${await resolveRun(api, text)}`);
      const pairs = given.length > 0 ? given : declaredPairs(run);
      const status = await forwardUntilEnd(
        { api, run, address: options.address, streams: streamsOf(terminal, options) },
        pairs,
        terminal.interrupted,
      );
      terminal.exit(
        status === null || status === 'succeeded' || status === 'stopped' ? exitCodes.ok : exitCodes.failure,
      );
    });
}

/** Every port that the service declares, under the same number here. */
function declaredPairs(run: RunJson): readonly Pair[] {
  const declared: unknown = run.meta_info?.['ports'];
  const ports = Array.isArray(declared) ? declared.map(Number).filter((port) => Number.isInteger(port)) : [];
  if (ports.length > 0) return ports.map((remote) => ({ local: remote, remote }));
  throw new CliError(
    exitCodes.usage,
    `The run ${run.uuid.slice(0, 8)} declares no ports.`,
    'Only a service does, in its field `ports`.',
  );
}

interface Forwarding {
  readonly api: Api;
  readonly run: RunJson;
  readonly address: string;
  readonly streams: Streams;
}

/** Listens until Ctrl-C, which gives null, or until the run has ended, which gives how. */
async function forwardUntilEnd(
  forwarding: Forwarding,
  pairs: readonly Pair[],
  interrupted: AbortSignal,
): Promise<string | null> {
  const { run, streams } = forwarding;
  if (isFinal(run.status)) throw new CliError(exitCodes.notAllowedNow, `The run has ended; it is ${run.status}.`);
  const over = new AbortController();
  const signal = AbortSignal.any([interrupted, over.signal]);
  const servers: Server[] = [];
  try {
    for (const pair of pairs) servers.push(await listen(forwarding, pair, signal));
    const last = await untilFinal(forwarding, signal);
    if (last !== null) streams.err(`The run has ended; it is ${last}.\n`);
    return last;
  } finally {
    over.abort();
    for (const server of servers) server.close();
  }
}

/** The status that a run ends with; null after Ctrl-C. A server that is away for a while is asked again. */
async function untilFinal({ api, run }: Forwarding, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    try {
      for await (const { status } of watchRun(api, run.uuid, signal)) if (isFinal(status)) return status;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // The watch has given up on a server that is away; connections tell so by themselves meanwhile.
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return null;
}

async function listen(forwarding: Forwarding, { local, remote }: Pair, signal: AbortSignal): Promise<Server> {
  const { address, run, streams } = forwarding;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined); // Its close follows.
    carry(forwarding, remote, socket, signal).catch((error: unknown) => {
      // One connection that is not made is no reason to end the others.
      if (!signal.aborted) streams.err(`port ${remote}: ${error instanceof Error ? error.message : String(error)}\n`);
      socket.destroy();
    });
  });
  server.listen(local, address);
  await once(server, 'listening').catch((error: unknown) => {
    throw unbound(error, address, local);
  });
  const at = server.address() as AddressInfo;
  const host = at.family === 'IPv6' ? `[${at.address}]` : at.address;
  streams.out(`Forwarding ${host}:${at.port} -> port ${remote} of run ${run.uuid.slice(0, 8)}\n`);
  return server;
}

/** Joins a connection of this machine with one to the run. */
async function carry({ api, run }: Forwarding, port: number, socket: Socket, signal: AbortSignal): Promise<void> {
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  try {
    const { owner, name } = api.project;
    const path = `/streams/v1/default/${owner}/${name}/runs/${run.uuid}/ports/${port}`;
    const remote = await api.upgrade(path, forwardProtocol, AbortSignal.any([gone.signal, signal]));
    await joined(socket, remote);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function unbound(error: unknown, address: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const hint = `Choose another one, as in \`${port === 0 ? 9999 : (port + 10_000) % 65_536}:${port}\`, or 0 for any.`;
  if (code === 'EADDRINUSE')
    return new CliError(exitCodes.notAllowedNow, `Port ${port} of this machine is taken.`, hint);
  if (code === 'EACCES') return new CliError(exitCodes.notAllowedNow, `You may not listen on port ${port}.`, hint);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new CliError(exitCodes.usage, `This machine has no address ${address}.`);
  return error;
}
