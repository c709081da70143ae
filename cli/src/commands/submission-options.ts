import type { SourceFile } from '@tandem/shared/source';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What every command that reads an operation may be told beside its files (compiler.md 2.2). */
export interface SubmissionOptions {
  readonly file: readonly string[];
  readonly param: readonly string[];
  readonly hyperParam: readonly string[];
  readonly matrix?: string;
  readonly matrixConcurrency?: number;
  readonly preset: readonly string[];
  readonly cache?: boolean;
  readonly nocache?: boolean;
}

/** For options that may come several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Adds the options to a command. */
export function withSubmissionOptions(command: Command): Command {
  return command
    .option('-f, --file <file>', 'the operation; further ones are presets, in order', collect, [])
    .option('-P, --param <name=value>', 'a param', collect, [])
    .option(
      '--hp, --hyper-param <name=kind:value>',
      'a param of a matrix, such as lr=choice:[0.1,0.2]; also -HP',
      collect,
      [],
    )
    .option('--matrix <kind>', 'kind of the matrix of -HP (default: grid)')
    .option('--matrix-concurrency <n>', 'runs of the matrix at the same time (default: 1)', countOf)
    .option('--preset <name>', 'a stored preset', collect, [])
    .addOption(new Option('--cache', 'take the results of an equal run, whatever the file says').conflicts('nocache'))
    .addOption(new Option('--nocache', 'run, even if there is an equal run').conflicts('cache'));
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A number from 1 on was expected.');
  return Number(text);
}

/** The options that are sections of an operation, as a file that goes on top of the main one; undefined when there are none. */
export function sectionsFile(options: SubmissionOptions): SourceFile | undefined {
  const { preset, cache, nocache } = options;
  const sections = {
    ...(preset.length === 0 ? {} : { presets: preset }),
    ...(cache === true || nocache === true ? { cache: { disable: nocache === true } } : {}),
  };
  const names = [
    ...(preset.length === 0 ? [] : ['--preset']),
    ...(cache ? ['--cache'] : []),
    ...(nocache ? ['--nocache'] : []),
  ];
  return names.length === 0 ? undefined : { name: names.join(' '), text: JSON.stringify(sections) };
}

/**
 * The arguments of the process with `-HP` in its long spelling: it has two letters, which no short option can have
 * (compiler.md 2.2). What stands behind `--` is left alone.
 */
export function withLongHyperParam(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return args.map((arg, at) => {
    if (!arg.startsWith('-HP') || (end >= 0 && at > end)) return arg;
    return arg === '-HP' ? '--hyper-param' : `--hyper-param=${arg.slice('-HP'.length).replace(/^=/, '')}`;
  });
}
