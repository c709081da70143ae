import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from './postgres.ts';
import { bundleOf, type Program, type Ready, startLasting, startProgram } from './stack-process.ts';
import { startProxy, type TcpProxy } from './stack-proxy.ts';
import { type RestClient, restClient } from './stack-rest.ts';

export interface StackOptions {
  readonly replicas?: number;
  /** Configuration of the agent, as its file has it; null starts none. */
  readonly agent?: Readonly<Record<string, unknown>> | null;
  /** Keep everything that the agent sends. */
  readonly records?: boolean;
}

/**
 * Tandem as it is installed: control planes on one Postgres and an agent, each a process of its own.
 *
 *   test ──► proxy ──► replica 1, replica 2 ──► Postgres
 *   agent ─► proxy ──►┘
 */
export interface Stack {
  /** Temporary folder of everything; `secrets/` of the agent is below `agentData`. */
  readonly folder: string;
  readonly agentData: string;
  readonly databaseUrl: string;
  readonly replicas: readonly Program[];
  readonly agent: Program | null;
  /** In front of the replicas' gRPC; the agent dials it. */
  readonly sessions: TcpProxy;
  readonly rest: RestClient;
  /** Files with everything that the control planes and the agent wrote to stdout and stderr. */
  readonly logs: { readonly controlPlanes: readonly string[]; readonly agent: string };
  /** Runs a command of the control plane's program on the same database. */
  controlPlaneCommand(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
  close(): Promise<void>;
}

/** Starts it all and waits until the agent has its session. Ends what it had started when something fails. */
export async function startStack({
  replicas: count = 1,
  agent: agentConfig = {},
  records = false,
}: StackOptions = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-stack-'));
  const endings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = await freshDatabase();
    const secretFile = join(folder, 'secret');
    await writeFile(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    const env = { TANDEM_DATABASE_URL: databaseUrl, TANDEM_SECRET_FILE: secretFile };
    const replicas: Program[] = [];
    const firsts: Ready[] = [];
    const logs = {
      controlPlanes: Array.from({ length: count }, (_, at) => join(folder, `control-plane-${at + 1}.log`)),
      agent: join(folder, 'agent.log'),
    };
    for (const log of logs.controlPlanes) {
      const replica = await startLasting((first) => ({
        bundle: bundleOf('tandem-control-plane'),
        args: ['serve', '--dev', '--ready-json', '--exit-with-parent'],
        env: { ...env, TANDEM_HTTP_LISTEN: addressOf(first?.['http']), TANDEM_GRPC_LISTEN: addressOf(first?.['grpc']) },
        log,
      }));
      endings.push(() => replica.end());
      replicas.push(replica);
      firsts.push(await replica.life().ready);
    }
    const token = String(firsts[0]?.['firstToken']);
    const http = await startProxy(() => firsts.map((ready) => portOf(ready['http'])));
    endings.push(() => http.close());
    const sessions = await startProxy(() => firsts.map((ready) => portOf(ready['grpc'])), { records });
    endings.push(() => sessions.close());
    const rest = restClient(`http://${http.address}`, token);

    const agentData = join(folder, 'agent');
    await mkdir(agentData, { recursive: true, mode: 0o700 });
    const agent = agentConfig === null ? null : await startAgent();
    return {
      folder,
      agentData,
      databaseUrl,
      replicas,
      agent,
      sessions,
      rest,
      logs,
      controlPlaneCommand: async (...args) => {
        const life = startProgram({
          bundle: bundleOf('tandem-control-plane'),
          args,
          env,
          log: join(folder, 'command.log'),
        });
        const code = await life.ended;
        return { code, stdout: life.stdout(), stderr: life.stderr() };
      },
      close,
    };

    async function startAgent(): Promise<Program> {
      const made = await rest.insist('POST', '/api/v1/orgs/default/agents', { body: { name: 'cluster' } });
      const enrolment = JSON.parse(made.text) as { token: string };
      const config = join(folder, 'agent.json');
      await writeFile(config, JSON.stringify(agentConfig));
      const started = await startLasting(() => ({
        bundle: bundleOf('tandem-agent'),
        args: ['--config', config, '--data', agentData, '--ready-json', '--exit-with-parent'],
        env: {
          TANDEM_SESSIONS: sessions.address,
          TANDEM_CONTROL_PLANE_URL: rest.url,
          TANDEM_INSECURE: 'true',
          TANDEM_ENROLMENT_TOKEN: enrolment.token,
        },
        log: logs.agent,
      }));
      endings.push(() => started.end());
      return started;
    }
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a replica listens on: where it was before, or any free port. */
function addressOf(before: unknown): string {
  return before === undefined ? '127.0.0.1:0' : `127.0.0.1:${portOf(before)}`;
}

/** The port of `http://host:port` or `host:port`. */
function portOf(address: unknown): number {
  const port = Number(/:(\d+)$/.exec(String(address))?.[1]);
  if (!(port > 0)) throw new Error(`no port in ${String(address)}`);
  return port;
}
