import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { deferred } from '@tandem/shared/promises';
import { lockData } from './adapters/files/data-lock.ts';
import { type Identity, readIdentity, writeIdentity } from './adapters/files/identity-file.ts';
import { secretFolder } from './adapters/files/secret-folder.ts';
import { openSessionMemory } from './adapters/files/session-memory-file.ts';
import { thumbprint, tokenMaker } from './adapters/grpc/agent-key.ts';
import { type Target, targetProblem } from './adapters/grpc/credentials.ts';
import { enrol } from './adapters/grpc/enrol.ts';
import { grpcControlPlane } from './adapters/grpc/grpc-control-plane.ts';
import { processPaths } from './adapters/process/layout.ts';
import { openProcessExecutor } from './adapters/process/process-executor.ts';
import { systemChance, systemClock } from './adapters/system-clock.ts';
import { readArguments, usage } from './arguments.ts';
import { finishCompilation } from './compile/stages.ts';
import { type Config, ConfigProblem, readConfig } from './config.ts';
import { logToStderr } from './log-to-stderr.ts';
import { clean } from './mask/clean.ts';
import { maskSource } from './mask/mask-source.ts';
import type { Log } from './ports/log.ts';
import { dialDelayMs } from './session/backoff.ts';
import { createSession } from './session/session.ts';
import type { SessionState } from './session/session-options.ts';
import { version } from './version.ts';

/** Exit codes, for those who start agents: scripts, service managers, tests. */
export const exitCodes = { ok: 0, badConfig: 2, locked: 3, refused: 4 } as const;

/** The agent cannot or must not run; `exitCode` is one of `exitCodes`, the message a sentence for a person. */
export class StartProblem extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface StartOptions {
  readonly config: Config;
  readonly log: Log;
  readonly onState?: (state: SessionState) => void;
}

export interface RunningAgent {
  readonly identity: Pick<Identity, 'agentId' | 'agentName' | 'owner'>;
  state(): SessionState;
  /** Lets go of everything: acknowledges what is under way (at most 10 s) and frees the data folder. Runs go on. */
  end(): Promise<void>;
}

/** Most commands that may be unanswered at once (agent-and-kubernetes.md 5.2). */
const maxInFlight = 64;

/**
 * Starts an agent on a data folder: takes the folder's lock, enrols if it has no identity yet, takes up its runs and
 * dials. The one place where adapters are built. Throws `StartProblem`.
 *
 *   gRPC ─► session ─► commands ─► compile ─► process executor ─► processes
 *        ◄─ reports ◄─ clean ◄──────────────── watch ◄────────────
 */
export async function startAgent({ config, log, onState }: StartOptions): Promise<RunningAgent> {
  const target: Target = {
    address: config.controlPlane.sessions,
    insecure: config.controlPlane.insecure,
    ca: config.controlPlane.caFile === null ? null : await readFile(config.controlPlane.caFile),
  };
  const problem = targetProblem(target);
  if (problem !== null) throw new StartProblem(exitCodes.badConfig, problem);

  const lock = await lockData(config.data);
  if (lock.kind === 'taken')
    throw new StartProblem(
      exitCodes.locked,
      `Another agent (process ${lock.pid}) already uses the data folder "${config.data}".`,
    );
  try {
    const known = await readIdentity(config.data);
    if (known === 'damaged')
      throw new StartProblem(
        exitCodes.badConfig,
        `The file "identity.json" in "${config.data}" is damaged. Put it back from a copy, or delete it and enrol the agent again with a new token.`,
      );
    const identity = known ?? (await enrolled(config, target, log));
    const masks = maskSource(config.masking, secretFolder(config.data));
    if (!(await masks.refresh()).complete)
      log.warn({}, 'there are too many secrets to mask their values; only patterns are masked');
    const executor = await openProcessExecutor({
      data: config.data,
      clock: systemClock,
      chance: systemChance,
      log,
      source: masks.source,
      base: {
        PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
        HOME: homedir(),
        LANG: process.env['LANG'] ?? 'C.UTF-8',
        TZ: process.env['TZ'] ?? 'UTC',
      },
      storeRoot: (name) => {
        const path = config.catalogue.connections.get(name)?.schema.get('hostPath');
        return typeof path === 'string' ? path : null;
      },
    });
    const controlPlane = grpcControlPlane({ target, makeToken: await tokenMaker(identity), clock: systemClock, log });
    const session = createSession({
      controlPlane,
      executor,
      memory: await openSessionMemory(config.data),
      clock: systemClock,
      chance: systemChance,
      log,
      compile: (start, run) =>
        finishCompilation({ bytes: start.spec, sha256: start.specSha256 }, run, {
          catalogue: config.catalogue,
          paths: processPaths(config.data, run.uuid),
          settings: { host: config.controlPlane.url, compat: config.compat, graceSeconds: config.graceSeconds },
        }),
      clean: (text, limitBytes) => clean(text, masks.current(), limitBytes),
      masker: masks.refresh,
      facts: {
        agentId: identity.agentId,
        instanceId: systemChance.id(),
        version,
        bootTimeMs: systemClock.nowMs(),
        clusterUid: '',
        namespaces: config.namespaces,
        connections: [...config.catalogue.connections.values()].map(({ name, kind, tags, description }) => ({
          name,
          kind,
          tags,
          description,
        })),
        artifactsStore: config.catalogue.artifactsStore?.name ?? '',
        capacity: config.capacity,
        maxInFlight,
        keyThumbprint: await thumbprint(identity.privateJwk),
      },
      ...(onState === undefined ? {} : { onState }),
    });
    session.start();
    const { agentId, agentName, owner } = identity;
    return {
      identity: { agentId, agentName, owner },
      state: session.state,
      end: async () => {
        await session.end();
        executor.close();
        controlPlane.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Enrols with the one-time token, waiting for a control plane that is not there yet. */
async function enrolled(config: Config, target: Target, log: Log): Promise<Identity> {
  const { token: given, tokenFile } = config.enrolment;
  const token = given ?? (tokenFile === null ? null : (await readFile(tokenFile, 'utf8')).trim());
  if (token === null) {
    throw new StartProblem(
      exitCodes.badConfig,
      'This agent is not enrolled: give it a one-time token with TANDEM_ENROLMENT_TOKEN or "enrolment.tokenFile".',
    );
  }
  for (let failures = 0; ; failures += 1) {
    const result = await enrol(target, token, { version, nowMs: systemClock.nowMs() });
    if (result.kind === 'enrolled') {
      await writeIdentity(config.data, result.identity);
      log.info({ agent: result.identity.agentName }, 'enrolled');
      return result.identity;
    }
    if (result.kind === 'refused') throw new StartProblem(exitCodes.refused, result.message);
    const delayMs = dialDelayMs(failures, null, systemChance);
    log.warn({ delayMs, because: result.message }, 'the control plane cannot be reached for enrolment; trying again');
    await new Promise<void>((resolve) => setTimeout(resolve, delayMs));
  }
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
      const code = await over.promise;
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
