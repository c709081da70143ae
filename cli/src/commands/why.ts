import type { Command } from 'commander';
import { type RunJson, resolveRun } from '../client/runs.ts';
import { paintStatus } from '../print/paint.ts';
import { ago } from '../print/times.ts';
import { apiOf, optionsOf, streamsOf, type Terminal } from './terminal.ts';

interface WaitingJson {
  readonly status: string;
  readonly reasons: readonly {
    readonly code: string;
    readonly message: string;
    readonly since?: string | null;
    readonly hint?: string | null;
  }[];
}

/** `tandem ops why`: what a waiting run waits for, and why a finished one ended so. Never nothing (orchestration.md 1.9). */
export function registerWhy(program: Command, terminal: Terminal): void {
  const ops = program.commands.find((command) => command.name() === 'ops');
  ops
    ?.command('why <run>')
    .description('what a waiting run waits for, and why a finished one ended so')
    .action(async (text: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const streams = streamsOf(terminal, options);
      const api = apiOf(terminal, options);
      const uuid = await resolveRun(api, text);
      const waiting = await api.json<WaitingJson>(`${api.projectPath}/runs/${uuid}/waiting`);
      if (options.output === 'json') {
        streams.out(`${JSON.stringify(waiting, null, 2)}\n`);
        return;
      }
      const run = await api.json<RunJson>(`${api.projectPath}/runs/${uuid}`);
      const { paint } = streams;
      streams.out(`${paint.bold(run.name ?? uuid.slice(0, 8))} is ${paintStatus(waiting.status, paint)}.\n`);
      for (const reason of waiting.reasons) {
        const since = ago(reason.since, terminal.nowMs());
        streams.out(
          `- ${reason.message}${since === '' ? '' : paint.dim(` (${since})`)} ${paint.dim(`[${reason.code}]`)}\n`,
        );
        if (reason.hint) streams.out(`  ${paint.dim(`hint: ${reason.hint}`)}\n`);
      }
    });
}
