import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { toJson } from '../../diagnostics/print.ts';
import { toValue } from '../../values/from-node.ts';
import type { Value, ValueMap } from '../../values/value.ts';
import { sealedToValue } from '../../wire/sealed-json.ts';
import type { SealedIo } from '../../wire/sealed-spec.ts';
import { aRun } from '../a-run.ts';
import type { Child } from '../child.ts';
import type { Facts } from '../facts.ts';
import { paramOption } from '../param-option.ts';
import type { Compiled } from '../seal.ts';
import { check, compile } from '../stages.ts';
import { type Case, joinsOf, pipelineOf, runsOf } from './a-case.ts';

/** What came of a case: values by what they are of, and what was said, as `code line:column`. */
export interface CaseResult {
  /** Null: the operation was refused. */
  readonly document: ValueMap | null;
  readonly said: readonly string[];
}

export function runCase(given: Case): CaseResult {
  const params = given.params.map((text) => paramOption(text));
  const bad = params.flatMap((option) => (option.ok ? [] : option.problems));
  if (bad.length > 0) return { document: null, said: places(bad) };
  const pipeline = pipelineOf(given.facts.get('pipeline'));
  const checked = check({
    files: [{ name: 'main.yaml', text: given.yaml }],
    params: params.flatMap((option) => (option.ok ? [option.value] : [])),
    inPipeline: pipeline !== undefined,
    library: {
      texts: new Map(given.files.map((file) => [`path:${file.name}`, file])),
      defaultPresets: [],
      others: 'missing',
    },
  });
  if (!checked.ok) return { document: null, said: places(checked.problems) };
  const { name, kind, runtime } = checked.value;
  const facts: Facts = {
    run: aRun({ name, kind, runtime }),
    runs: new Map(runsOf(given.facts.get('runs')).map((run) => [run.uuid, run])),
    joins: joinsOf(given.facts.get('joins')),
    ...(pipeline === undefined ? {} : { pipeline }),
  };
  const compiled = compile(checked.value, facts);
  if (!compiled.ok) return { document: null, said: places([...checked.warnings, ...compiled.problems]) };
  return { document: documentOf(compiled.value), said: places([...checked.warnings, ...compiled.warnings]) };
}

function documentOf(compiled: Compiled): ValueMap {
  const { spec } = compiled;
  return new Map<string, Value>([
    ['body', sealedToValue(spec.body)],
    ['inputs', compiled.inputs],
    ['outputs', compiled.outputs],
    [
      'ios',
      new Map([...spec.inputs, ...spec.outputs, ...spec.contexts].map((io): [string, Value] => [io.name, ioValue(io)])),
    ],
    ['connections', [...spec.connections]],
    ['retries', BigInt(spec.termination.maxRetries)],
    ['timeout', spec.termination.timeoutSeconds === null ? null : BigInt(spec.termination.timeoutSeconds)],
    ['skipped', compiled.skipped],
    ['sections', compiled.sections],
    [
      'lineage',
      compiled.lineage.map(
        (each) =>
          new Map<string, Value>([
            ['name', each.name],
            ['kind', each.kind],
          ]),
      ),
    ],
    [
      'edges',
      compiled.edges.map(
        (edge) =>
          new Map<string, Value>([
            ['kind', edge.kind],
            ['upstream', edge.upstream],
            ['values', edge.values],
          ]),
      ),
    ],
    ['children', [...(compiled.children ?? [])].map(childValue)],
  ]);
}

function ioValue({ type, isList, connection, toEnv, value }: SealedIo): ValueMap {
  return new Map<string, Value>([
    ['type', type],
    ['isList', isList],
    ['connection', connection],
    ['toEnv', toEnv],
    ['value', sealedToValue(value)],
  ]);
}

function childValue(child: Child): ValueMap {
  return new Map<string, Value>([
    ['name', child.name],
    ['kind', child.kind],
    ['operation', toValue(child.operation)],
    ['meta', child.meta],
    [
      'upstreams',
      child.upstreams.map(
        ({ name, values, statuses }) =>
          new Map<string, Value>([
            ['name', name],
            ['values', new Map<string, Value>(values)],
            ['statuses', [...statuses]],
          ]),
      ),
    ],
  ]);
}

function places(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .map(toJson)
    .map(({ code, file, line, column }) => `${code} ${file === 'main.yaml' ? '' : `${file}:`}${line}:${column}`);
}
