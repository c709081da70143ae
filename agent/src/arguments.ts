import { parseArgs } from 'node:util';
import { ConfigProblem } from './config.ts';

/** What the agent was asked on its command line. */
export interface Arguments {
  readonly command: 'run' | 'version' | 'help';
  readonly data: string | null;
  readonly config: string | null;
  readonly exitWithParent: boolean;
  readonly readyJson: boolean;
}

export const usage = `tandem-agent [run] [--data FOLDER] [--config FILE] [--exit-with-parent] [--ready-json]
tandem-agent version

  --data FOLDER        where identity, runs and secrets are kept
  --config FILE        YAML or JSON; TANDEM_* variables win over it
  --exit-with-parent   end when stdin ends; runs go on
  --ready-json         print one JSON line when the session is up
`;

/** Reads the command line; a mistake in it is a `ConfigProblem`. */
export function readArguments(argv: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        config: { type: 'string' },
        'exit-with-parent': { type: 'boolean', default: false },
        'ready-json': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    const [word = 'run', ...more] = positionals;
    if (!['run', 'version', 'help'].includes(word) || more.length > 0)
      throw new Error(`Unknown command "${positionals.join(' ')}".`);
    return {
      command: values.help || word === 'help' ? 'help' : values.version || word === 'version' ? 'version' : 'run',
      data: values.data ?? null,
      config: values.config ?? null,
      exitWithParent: values['exit-with-parent'],
      readyJson: values['ready-json'],
    };
  } catch (error) {
    throw new ConfigProblem(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
