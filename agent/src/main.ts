import { readFile } from 'node:fs/promises';
import { deferred } from '@tandem/shared/promises';
import type { Identity } from './adapters/files/identity-file.ts';
import { thumbprint, tokenMaker } from './adapters/grpc/agent-key.ts';
import { type Target, targetProblem } from './adapters/grpc/credentials.ts';
import { grpcControlPlane } from './adapters/grpc/grpc-control-plane.ts';
import { systemChance, systemClock } from './adapters/system-clock.ts';
import type { AgentWorld, WorldOptions } from './agent-world.ts';
import { readArguments, usage } from './arguments.ts';
import { type Config, ConfigProblem, readConfig } from './config.ts';
import { openHealthEndpoint } from './health-endpoint.ts';
import { followCatalogue } from './live-catalogue.ts';
import { logToStderr } from './log-to-stderr.ts';
import { clean } from './mask/clean.ts';
import type { Log } from './ports/log.ts';
import { noFigures } from './ports/metrics.ts';
import { type AgentSession, createSession } from './session/session.ts';
import type { SessionState } from './session/session-options.ts';
import { exitCodes, StartProblem } from './start-problem.ts';
import { version } from './version.ts';

export interface StartOptions {
  readonly config: Config;
  readonly log: Log;
  readonly onState?: (state: SessionState) => void;
}

export interface RunningAgent {
  readonly identity: Pick<Identity, 'agentId' | 'agentName' | 'owner'>;
  state(): SessionState;
  /** Resolves when another process of this agent has taken over: this one must end. */
  readonly lost: Promise<void>;
  /** Lets go of everything: acknowledges what is under way (at most 10 s) and frees the data folder. Runs go on. */
  end(): Promise<void>;
}

/** Most commands that may be unanswered at once (agent-and-kubernetes.md 5.2). */
const maxInFlight = 256;

/**
 * Starts an agent: opens its world (a data folder or a cluster), enrols if it has no identity yet, takes up its runs and
 * dials. Throws `StartProblem`.
 *
 *   gRPC ─► session ─► commands ─► compile ─► executor ─► processes, or objects of the cluster
 *        ◄─ reports ◄─ clean ◄──────────────── watch ◄───
 *
 * Beside it, if it is asked for: all of them ─► vitals, metrics ─► probes and scrapers.
 */
export async function startAgent({ config, log, onState }: StartOptions): Promise<RunningAgent> {
  const target: Target = {
    address: config.controlPlane.sessions,
    insecure: config.controlPlane.insecure,
    ca: config.controlPlane.caFile === null ? null : await readFile(config.controlPlane.caFile),
  };
  const problem = targetProblem(target);
  if (problem !== null) throw new StartProblem(exitCodes.badConfig, problem);

  let session: AgentSession | null = null;
  const catalogue = followCatalogue(config, log, () => session?.refresh());
  const health = await openHealthEndpoint(config, log, () => session?.figures() ?? noFigures);
  const { metrics, vitals } = health;
  let world: AgentWorld | null = null;
  try {
    world = await openWorld({ config, target, log, metrics, vitals, catalogue: catalogue.current });
    const { identity, executor, memory, masks, compile, lost, release } = world;
    const controlPlane = grpcControlPlane({ target, makeToken: await tokenMaker(identity), clock: systemClock, log });
    session = createSession({
      controlPlane,
      executor,
      memory,
      clock: systemClock,
      chance: systemChance,
      log,
      metrics,
      compile: (start, run) => compile(start, run, catalogue.current()),
      clean: (text, limitBytes) => clean(text, masks.current(), limitBytes),
      masker: masks.refresh,
      facts: {
        agentId: identity.agentId,
        instanceId: systemChance.id(),
        version,
        bootTimeMs: systemClock.nowMs(),
        clusterUid: '',
        namespaces: config.namespaces,
        get connections() {
          return [...catalogue.current().connections.values()].map(({ name, kind, tags, description }) => ({
            name,
            kind,
            tags,
            description,
          }));
        },
        get artifactsStore() {
          return catalogue.current().artifactsStore?.name ?? '';
        },
        capacity: config.capacity,
        maxInFlight,
        keyThumbprint: await thumbprint(identity.privateJwk),
        policySha256: world.policySha256,
      },
      onState: (state) => {
        vitals.session(state);
        onState?.(state);
      },
    });
    session.start();
    const { state, end } = session;
    const { agentId, agentName, owner } = identity;
    void lost.then(vitals.ending);
    return {
      identity: { agentId, agentName, owner },
      state,
      lost,
      end: async () => {
        vitals.ending();
        catalogue.close();
        await end();
        controlPlane.close();
        await release();
        await health.close();
      },
    };
  } catch (error) {
    await world?.release();
    await health.close();
    throw error;
  }
}

/** Only the world that the agent lives in is loaded: the other one would take memory for nothing. */
async function openWorld(options: WorldOptions): Promise<AgentWorld> {
  const { kubernetes } = options.config;
  if (kubernetes === null) return (await import('./process-world.ts')).openProcessWorld(options);
  const { openKubernetesWorld } = await import('./kubernetes-world.ts');
  return openKubernetesWorld(options, kubernetes);
}

/** The command line. Resolves with the exit code. */
async function runFromCommandLine(argv: readonly string[]): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args.command !== 'run') {
      process.stdout.write(args.command === 'version' ? `tandem-agent ${version}\n` : usage);
      return exitCodes.ok;
    }
    const config = await readConfig({ file: args.config, data: args.data, env: process.env });
    const log = logToStderr(config.logLevel);
    const over = deferred<number>();
    const end = (): void => over.resolve(exitCodes.ok);
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    if (args.exitWithParent) process.stdin.once('end', end).once('error', end).resume();
    // Timers do not keep the process alive; until the end it must live, also while it waits to dial.
    const alive = setInterval(() => undefined, 2 ** 30);
    let announced = !args.readyJson;
    const starting = startAgent({
      config,
      log,
      onState: (state) => {
        if (state.kind === 'refused') over.resolve(exitCodes.refused);
        if (state.kind !== 'live' || announced) return;
        announced = true;
        process.stdout.write(
          `${JSON.stringify({ ready: true, pid: process.pid, sessionId: state.sessionId, epoch: state.epoch.toString() })}\n`,
        );
      },
    });
    try {
      const agent = await Promise.race([starting, over.promise]);
      if (typeof agent === 'number') return agent;
      const code = await Promise.race([over.promise, agent.lost.then(() => exitCodes.lostLease)]);
      await agent.end();
      return code;
    } finally {
      clearInterval(alive);
    }
  } catch (error) {
    if (!(error instanceof StartProblem) && !(error instanceof ConfigProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof StartProblem ? error.exitCode : exitCodes.badConfig;
  }
}

// Ends at once even if a half-open connection lingers: everything durable is on disk.
if (import.meta.main) process.exit(await runFromCommandLine(process.argv.slice(2)));
