import { readFile } from 'node:fs/promises';
import type { Identity } from './adapters/files/identity-file.ts';
import type { Target } from './adapters/grpc/credentials.ts';
import { enrol } from './adapters/grpc/enrol.ts';
import { systemChance, systemClock } from './adapters/system-clock.ts';
import type { Config } from './config.ts';
import type { Log } from './ports/log.ts';
import { dialDelayMs } from './session/backoff.ts';
import { exitCodes, StartProblem } from './start-problem.ts';
import { version } from './version.ts';

/** Enrols with the one-time token, waiting for a control plane that is not there yet. Throws `StartProblem`. */
export async function enrolled(
  config: Config,
  target: Target,
  log: Log,
  keep: (identity: Identity) => Promise<void>,
): Promise<Identity> {
  const { token: given, tokenFile } = config.enrolment;
  const token = given ?? (tokenFile === null ? null : await tokenOf(tokenFile));
  if (token === null || token === '') {
    throw new StartProblem(
      exitCodes.badConfig,
      'This agent is not enrolled: give it a one-time token with TANDEM_ENROLMENT_TOKEN or "enrolment.tokenFile".',
    );
  }
  for (let failures = 0; ; failures += 1) {
    const result = await enrol(target, token, { version, nowMs: systemClock.nowMs() });
    if (result.kind === 'enrolled') {
      await keep(result.identity);
      log.info({ agent: result.identity.agentName }, 'enrolled');
      return result.identity;
    }
    if (result.kind === 'refused') throw new StartProblem(exitCodes.refused, result.message);
    const delayMs = dialDelayMs(failures, null, systemChance);
    log.warn({ delayMs, because: result.message }, 'the control plane cannot be reached for enrolment; trying again');
    await new Promise<void>((resolve) => setTimeout(resolve, delayMs));
  }
}

async function tokenOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new StartProblem(
      exitCodes.badConfig,
      `The enrolment token cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
