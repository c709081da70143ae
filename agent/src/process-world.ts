import { homedir } from 'node:os';
import { lockData } from './adapters/files/data-lock.ts';
import { readIdentity, writeIdentity } from './adapters/files/identity-file.ts';
import { secretFolder } from './adapters/files/secret-folder.ts';
import { openSessionMemory } from './adapters/files/session-memory-file.ts';
import { processPaths } from './adapters/process/layout.ts';
import { openProcessExecutor } from './adapters/process/process-executor.ts';
import { systemChance, systemClock } from './adapters/system-clock.ts';
import type { AgentWorld, WorldOptions } from './agent-world.ts';
import { finishCompilation } from './compile/stages.ts';
import { enrolled } from './enrolment.ts';
import { maskSource } from './mask/mask-source.ts';
import { exitCodes, StartProblem } from './start-problem.ts';

/** A machine: everything lies in a data folder that one agent at a time may use. Throws `StartProblem`. */
export async function openProcessWorld({ config, target, log, vitals }: WorldOptions): Promise<AgentWorld> {
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
    const identity = known ?? (await enrolled(config, target, log, (made) => writeIdentity(config.data, made)));
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
    vitals.synced();
    return {
      identity,
      executor,
      memory: await openSessionMemory(config.data),
      masks,
      compile: (start, run, catalogue) =>
        finishCompilation({ bytes: start.spec, sha256: start.specSha256 }, run, {
          catalogue,
          paths: processPaths(config.data, run.uuid),
          settings: { host: config.controlPlane.url, compat: config.compat, graceSeconds: config.graceSeconds },
        }),
      policySha256: '',
      lost: new Promise(() => undefined), // The folder's lock goes with the process only.
      release: async () => {
        executor.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
