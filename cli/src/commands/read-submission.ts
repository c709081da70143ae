import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ParamOption, Submission } from '@tandem/shared/compile';
import { done, failed, type Outcome } from '@tandem/shared/outcome';
import type { SourceFile } from '@tandem/shared/source';
import { CliError, exitCodes } from '../exit-codes.ts';
import { type Loaded, loadReferences } from './load-references.ts';
import { readText } from './read-text.ts';
import { type SubmissionOptions, sectionsFile } from './submission-options.ts';

/** Names that are tried, in order, when no file is named (compiler.md 2.2). */
const defaultNames = ['polyaxon', 'polyaxonci', 'polyaxon-ci', 'polyaxon.ci', 'polyaxonfile'].flatMap((name) =>
  ['yaml', 'yml', 'json'].map((ending) => `${name}.${ending}`),
);

/** What a command was given to compile. */
export interface ReadSubmission {
  /** The files as named, or the one that was found. */
  readonly names: readonly string[];
  /** With what the files refer to; the problems are those of the options. */
  readonly loaded: Outcome<Loaded>;
}

/**
 * Reads the files of a command, the options that stand for sections, and all that they refer to. Options count before the
 * further files (compiler.md 2.2). Throws a `CliError` for a file of the command that is not there.
 */
export async function readSubmission(
  cwd: string,
  given: readonly string[],
  options: SubmissionOptions,
): Promise<ReadSubmission> {
  const named = [...given, ...options.file];
  const names = named.length > 0 ? named : [await findDefault(cwd)];
  const [main, ...further] = await readAll(cwd, names);
  const read = await readOptions(options);
  if (!read.ok) return { names, loaded: read };
  const files = [...(main === undefined ? [] : [main]), ...read.value.files, ...further];
  return { names, loaded: done(await loadReferences(cwd, { files, params: read.value.params })) };
}

async function readAll(cwd: string, names: readonly string[]): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const name of names) files.push(await readSourceFile(cwd, name));
  return files;
}

async function readOptions(options: SubmissionOptions): Promise<Outcome<Submission>> {
  const { hyperParamFile, paramOption } = await import('@tandem/shared/compile');
  const params: ParamOption[] = [];
  for (const text of options.param) {
    const option = paramOption(text);
    if (!option.ok) return failed(option.problems);
    params.push(option.value);
  }
  const sections = sectionsFile(options);
  const files = sections === undefined ? [] : [sections];
  const { hyperParam, matrix, matrixConcurrency } = options;
  if (hyperParam.length === 0) {
    if (matrix === undefined && matrixConcurrency === undefined) return done({ files, params });
    throw new CliError(exitCodes.usage, 'A matrix needs params.', 'Say -HP name=kind:value.');
  }
  const file = hyperParamFile(hyperParam, { kind: matrix, concurrency: matrixConcurrency });
  return file.ok ? done({ files: [...files, file.value], params }) : file;
}

async function findDefault(cwd: string): Promise<string> {
  for (const name of defaultNames) {
    const found = await stat(resolve(cwd, name)).catch(() => null);
    if (found?.isFile() === true) return name;
  }
  throw new CliError(exitCodes.usage, 'Which file?', 'Name one: `-f train.yaml`, or call it polyaxonfile.yaml.');
}

async function readSourceFile(cwd: string, name: string): Promise<SourceFile> {
  const read = await readText(cwd, name, 'any');
  if (read.ok) return { name, text: read.text };
  throw new CliError(read.isTooLarge ? exitCodes.invalidSpec : exitCodes.usage, `The file "${name}" ${read.why}.`);
}
