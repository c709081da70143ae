import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageStart } from '../../support/image-start.ts';
import { bundleOf, endLife, type Life, startProgram } from '../../support/stack-process.ts';
import type { DurablePostgres } from './postgres.ts';
import { type RestCaller, restCaller } from './rest.ts';

/** A control plane as its bundle runs, without any balancer before it. */
export interface Installation {
  readonly controlPlane: Life;
  /** Null on PGlite. */
  readonly databaseUrl: string | null;
  /** `host:port` that agents dial. */
  readonly sessions: string;
  readonly rest: RestCaller;
  /** Temporary; goes with `close`. */
  readonly folder: string;
  /** One-time token of a new agent. */
  newAgent(name: string): Promise<string>;
  /** Starts a real agent and waits for its session. */
  startAgent(options: AgentOptions): Promise<Life>;
  close(): Promise<void>;
}

export interface AgentOptions {
  readonly name: string;
  readonly capacity: number;
  /** More of the agent's configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Extra flags for node, such as `--cpu-prof`, when a figure wants an explanation. */
const nodeOptions: Readonly<Record<string, string>> =
  process.env['BENCH_NODE_OPTIONS'] === undefined ? {} : { NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] };

/** Starts a control plane on a fresh database of the server, or on PGlite with null; its log level is the default. */
export async function startInstallation(postgres: DurablePostgres | null): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  const endings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = postgres === null ? null : await postgres.freshDatabase();
    const controlPlane = startProgram({
      bundle: bundleOf('tandem-control-plane'),
      args: ['serve', '--dev', '--ready-json', '--exit-with-parent'],
      env: {
        ...nodeOptions,
        ...(await databaseEnvironment(databaseUrl, folder)),
        TANDEM_HTTP_LISTEN: '127.0.0.1:0',
        TANDEM_GRPC_LISTEN: '127.0.0.1:0',
      },
      log: join(folder, 'control-plane.log'),
    });
    endings.push(() => endLife(controlPlane));
    const { http, grpc, firstToken } = await controlPlane.ready;
    const rest = restCaller(String(http), String(firstToken));
    endings.push(() => rest.close());
    const newAgent = async (name: string): Promise<string> => {
      const made = await rest.post('/api/v1/orgs/default/agents', { name });
      return (JSON.parse(made) as { token: string }).token;
    };
    const startAgent: Installation['startAgent'] = async ({ name, capacity, config: more = {} }) => {
      const { nodeFlags, env } = imageStart('agent');
      const data = join(folder, name);
      await mkdir(data, { mode: 0o700 });
      const config = join(folder, `${name}.json`);
      await writeFile(config, JSON.stringify({ capacity, ...more }));
      const life = startProgram({
        bundle: bundleOf('tandem-agent'),
        nodeFlags,
        args: ['--config', config, '--data', data, '--ready-json', '--exit-with-parent'],
        env: {
          ...nodeOptions,
          ...env,
          TANDEM_SESSIONS: String(grpc),
          TANDEM_CONTROL_PLANE_URL: rest.url,
          TANDEM_INSECURE: 'true',
          TANDEM_ENROLMENT_TOKEN: await newAgent(name),
        },
        log: join(folder, `${name}.log`),
      });
      endings.push(() => endLife(life));
      await life.ready;
      return life;
    };
    return { controlPlane, databaseUrl, sessions: String(grpc), rest, folder, newAgent, startAgent, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function databaseEnvironment(url: string | null, folder: string): Promise<Readonly<Record<string, string>>> {
  if (url === null) return { TANDEM_DATA: join(folder, 'data') };
  const secretFile = join(folder, 'secret');
  await writeFile(secretFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  return { TANDEM_DATABASE_URL: url, TANDEM_SECRET_FILE: secretFile };
}
