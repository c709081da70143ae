import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ParamOption, paramOption, type Submission } from '@tandem/shared/compile';
import { done, failed, type Outcome } from '@tandem/shared/outcome';
import type { SourceFile } from '@tandem/shared/source';
import { CliError, exitCodes } from '../exit-codes.ts';

/** Names that are tried, in order, when no file is named (compiler.md 2.2). */
const defaultNames = ['polyaxon', 'polyaxonci', 'polyaxon-ci', 'polyaxon.ci', 'polyaxonfile'].flatMap((name) =>
  ['yaml', 'yml', 'json'].map((ending) => `${name}.${ending}`),
);

/** A file larger than this is refused before it is read: the limit of a JSON submission (decisions.md 33). */
const mostBytes = 16 * 1024 * 1024;

/** For options that may come several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Reads the files and the `-P` options of a command. Throws a `CliError` for a file that is not there. */
export async function readSubmission(
  cwd: string,
  names: readonly string[],
  params: readonly string[],
): Promise<Outcome<Submission>> {
  const files: SourceFile[] = [];
  for (const name of names.length > 0 ? names : [await findDefault(cwd)]) files.push(await readSourceFile(cwd, name));
  const options: ParamOption[] = [];
  for (const text of params) {
    const option = paramOption(text);
    if (!option.ok) return failed(option.problems);
    options.push(option.value);
  }
  return done({ files, params: options });
}

async function findDefault(cwd: string): Promise<string> {
  for (const name of defaultNames) {
    const found = await stat(resolve(cwd, name)).catch(() => null);
    if (found?.isFile() === true) return name;
  }
  throw new CliError(exitCodes.usage, 'Which file?', 'Name one: `-f train.yaml`, or call it polyaxonfile.yaml.');
}

async function readSourceFile(cwd: string, name: string): Promise<SourceFile> {
  try {
    const path = resolve(cwd, name);
    const { size } = await stat(path);
    if (size > mostBytes)
      throw new CliError(
        exitCodes.invalidSpec,
        `The file "${name}" has ${size} bytes; an operation may have ${mostBytes}.`,
      );
    return { name, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder'
          : `could not be read (${code ?? String(error)})`;
    throw new CliError(exitCodes.usage, `The file "${name}" ${why}.`);
  }
}
