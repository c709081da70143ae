import { readJson } from '../../source/json.ts';
import type { SourceFile } from '../../source/span.ts';
import { toValue } from '../../values/from-node.ts';
import { isList, isMap, type Value, type ValueMap } from '../../values/value.ts';
import type { PipelineFacts, RunEntity } from '../facts.ts';

/**
 * One case of a `.cases` file: `# title`, a YAML operation, and lines about it that begin with a mark:
 * `@@ NAME` begins another file that the operation may refer to, `-P …` is a param of the command line, `runs: …`,
 * `joins: …` and `pipeline: …` behind `-- ` are facts as JSON, `=> /pointer JSON` is what must come out at a place, and
 * `! code line:column` what must be said.
 */
export interface Case {
  readonly title: string;
  readonly yaml: string;
  readonly files: readonly SourceFile[];
  readonly params: readonly string[];
  readonly facts: ValueMap;
  readonly expected: readonly (readonly [pointer: string, json: string])[];
  readonly said: readonly string[];
}

export function casesOf(text: string): readonly Case[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.trimEnd().split('\n');
      const marked = (mark: string): readonly string[] =>
        lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
      const isText = (line: string): boolean => !/^(?:=> |! |-P |-- )/.test(line);
      const [yaml = '', ...files] = `${lines.filter(isText).join('\n')}\n`.split(/^@@ /m);
      return {
        title,
        yaml,
        files: files.map((file) => ({
          name: file.slice(0, file.indexOf('\n')),
          text: file.slice(file.indexOf('\n') + 1),
        })),
        params: marked('-P '),
        facts: new Map(
          marked('-- ').map((line) => [line.slice(0, line.indexOf(':')), jsonOf(line.slice(line.indexOf(':') + 1))]),
        ),
        expected: marked('=> ').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
        said: marked('! '),
      };
    });
}

/** The value of a JSON text, where `2` and `2.0` differ. */
export function jsonOf(text: string): Value {
  const read = readJson({ name: 'case', text: text.trim() });
  if (!read.ok) throw new Error(`A case has broken JSON: ${text}`);
  return toValue(read.value);
}

/** The value at a JSON pointer, or undefined when there is none. */
export function valueAt(value: Value, pointer: string): Value | undefined {
  let at: Value | undefined = value;
  for (const step of pointer.split('/').slice(1)) {
    if (at === null || at === undefined) return undefined;
    at = isMap(at) ? at.get(step) : isList(at) ? at[Number(step)] : undefined;
  }
  return at;
}

/** The runs of a list, each with what a case says of it: uuid, name, inputs, outputs, artifacts. */
export function runsOf(value: Value | undefined): readonly RunEntity[] {
  return listOf(value).map(runOf);
}

/** The runs that each join finds. */
export function joinsOf(value: Value | undefined): readonly (readonly RunEntity[])[] {
  return listOf(value).map(runsOf);
}

export function pipelineOf(value: Value | undefined): PipelineFacts | undefined {
  if (value === undefined) return undefined;
  const ops = mapOf(valueAt(value, '/ops'));
  return {
    dag: runOf(valueAt(value, '/dag') ?? null),
    ops: new Map([...ops].map(([name, run]) => [name, runOf(run)])),
  };
}

function runOf(value: Value): RunEntity {
  const text = (name: string): string | null => {
    const found = valueAt(value, `/${name}`);
    return typeof found === 'string' ? found : null;
  };
  return {
    uuid: text('uuid') ?? 'c'.repeat(32),
    name: text('name'),
    owner: 'default',
    project: 'proj',
    projectUuid: 'a'.repeat(32),
    kind: 'job',
    runtime: 'job',
    status: text('status') ?? 'succeeded',
    condition: null,
    namespace: text('namespace') ?? 'plx',
    inputs: mapOf(valueAt(value, '/inputs')),
    outputs: mapOf(valueAt(value, '/outputs')),
    artifacts: [...mapOf(valueAt(value, '/artifacts'))].map(([name, path]) => ({
      name,
      kind: 'file',
      path: typeof path === 'string' ? path : null,
    })),
    iteration: null,
    createdAt: '2026-01-01T00:00:00Z',
    compiledAt: null,
    scheduleAt: null,
    startedAt: null,
    finishedAt: null,
    duration: null,
    cloningKind: null,
    originalUuid: null,
  };
}

function listOf(value: Value | undefined): readonly Value[] {
  return value !== undefined && value !== null && isList(value) ? value : [];
}

function mapOf(value: Value | undefined): ValueMap {
  return value !== undefined && value !== null && isMap(value) ? value : new Map<string, Value>();
}
