/** Case folders as data. The format is that of the README which lies beside the cases. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParamOption, paramOption } from '@tandem/shared/compile';
import type { Diagnostic } from '@tandem/shared/diagnostics';
import { readSource, type SourceFile } from '@tandem/shared/source';
import { isList, isMap, type Value, type ValueMap } from '@tandem/shared/values';
import { decodeWire } from '@tandem/shared/wire';

export interface Case {
  readonly name: string;
  /** Where the files that it refers to lie. */
  readonly folder: string;
  /** `input.yaml`, then the presets in their order. */
  readonly files: readonly SourceFile[];
  readonly params: readonly ParamOption[];
  /** What is wrong with a param of the command line, as in `-P novalue`. */
  readonly paramProblems: readonly Diagnostic[];
  readonly options: ValueMap;
  /** Runs that exist before. */
  readonly runs: readonly ValueMap[];
  /** The agent's configuration; null: the default one. */
  readonly agent: Value;
  readonly expected: ValueMap;
}

/** Names of the folders that hold a case and have the word in their name, sorted. */
export function caseNames(folder: string, word: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes(word))
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(folder, name, 'input.yaml')) || existsSync(join(folder, name, 'expected.json')))
    .sort();
}

/** Reads one case; throws on a file that is missing or no JSON, which is a mistake in the case. */
export function readCase(folder: string, name: string): Case {
  const at = join(folder, name);
  const presets = readdirSync(at)
    .filter((file) => /^preset-\d+\.yaml$/.test(file))
    .sort((left, right) => numberIn(left) - numberIn(right));
  const files = ['input.yaml', ...presets].map((file) => ({ name: file, text: readFileSync(join(at, file), 'utf8') }));
  const world = mapOf(readJsonFile(join(at, 'world.json')));
  const runs = world.get('runs') ?? [];
  return {
    name,
    folder: at,
    files,
    ...readParams(join(at, 'params.json')),
    options: mapOf(readJsonFile(join(at, 'options.json'))),
    runs: isList(runs) ? runs.map(mapOf) : [],
    agent: readJsonFile(join(at, 'agent.json')),
    expected: mapOf(readJsonText(readFileSync(join(at, 'expected.json'), 'utf8'), 'expected.json')),
  };
}

/** A list holds texts as they stand behind `-P`; a mapping holds values with their types. */
function readParams(path: string): Pick<Case, 'params' | 'paramProblems'> {
  const given = readJsonFile(path);
  if (given === null) return { params: [], paramProblems: [] };
  if (isList(given)) {
    const read = given.map((each) => paramOption(String(each)));
    return {
      params: read.flatMap((each) => (each.ok ? [each.value] : [])),
      paramProblems: read.flatMap((each) => (each.ok ? [] : each.problems)),
    };
  }
  const tree = readSource({ name: 'params.json', text: readFileSync(path, 'utf8') });
  if (!tree.ok) return { params: [], paramProblems: tree.problems };
  return { params: tree.value.entries.map(({ key, value }) => ({ name: key, value })), paramProblems: [] };
}

/** Null for a file that is not there. */
function readJsonFile(path: string): Value {
  return existsSync(path) ? readJsonText(readFileSync(path, 'utf8'), path) : null;
}

/** JSON in which 1 and 1.0 stay apart and long integers keep their digits. */
export function readJsonText(text: string, name: string): Value {
  const decoded = decodeWire(text);
  if (!decoded.ok) throw new Error(`${name}: ${decoded.message}`);
  return decoded.value;
}

function mapOf(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : new Map<string, Value>();
}

function numberIn(file: string): number {
  return Number(/\d+/.exec(file)?.[0] ?? 0);
}
