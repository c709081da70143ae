import { pinoLog } from './adapters/pino-log.ts';
import { type Config, readConfig } from './config.ts';
import { openPlatform } from './main/open-platform.ts';
import { serve } from './main/serve.ts';
import { Unopened } from './main/unopened.ts';
import { createTokenFor } from './usecases/manage-tokens.ts';
import { version } from './version.ts';

/** Exit codes; scripts and service managers rely on them. */
const exit = { ok: 0, failure: 1, usage: 2, busy: 3, newer: 4, unreachable: 5 } as const;

/** Runs one command of the control plane and gives its exit code. What goes wrong outside is one sentence on stderr. */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const read = readConfig(args, env);
  if (read.kind === 'wrong') return fail(exit.usage, read.message);
  if (read.config.command === 'version') {
    process.stdout.write(`${version}\n`);
    return exit.ok;
  }
  try {
    return await run(read.config);
  } catch (error) {
    if (error instanceof Unopened) return fail(exit[error.kind], error.message);
    throw error;
  }
}

async function run(config: Config): Promise<number> {
  const log = pinoLog(config.logLevel);
  if (config.command === 'serve') {
    await serve(config, log);
    return exit.ok;
  }
  const platform = await openPlatform(config, log);
  try {
    switch (config.command) {
      case 'migrate':
        process.stdout.write(`${platform.applied.length === 0 ? 'up to date' : platform.applied.join('\n')}\n`);
        return exit.ok;
      case 'verify':
        return await verify(platform);
      default: {
        const text = await createTokenFor(platform.world, config.username);
        if (text === null) return fail(exit.failure, `There is no user "${config.username}".`);
        process.stdout.write(`${text}\n`);
        return exit.ok;
      }
    }
  } finally {
    await platform.close();
  }
}

async function verify({ findViolations }: Awaited<ReturnType<typeof openPlatform>>): Promise<number> {
  const violations = await findViolations();
  for (const { rule, subject, message } of violations) process.stdout.write(`${rule}: ${subject}: ${message}\n`);
  return violations.length === 0 ? exit.ok : exit.failure;
}

function fail(code: number, message: string): number {
  process.stderr.write(`tandem-control-plane: ${message}\n`);
  return code;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
