/**
 * What our stages know of an operation, in the shapes of the cases (compiler.md 2.5). Values come from the stages. Only what is
 * a matter of the shape is added here: `isOptional`, `toInit`, the text of decided conditions, and `status` and `pending` by
 * the rules of submission, which run in the control plane and not here. What the record does not get from ours is not made up.
 */
import type { Checked, Compiled, Param } from '@tandem/shared/compile';
import { member } from '@tandem/shared/source';
import { isList, isMap, toValue, type Value, type ValueMap } from '@tandem/shared/values';
import type { Connected, FilledIo } from '../../agent/src/compile/connections.ts';

const none: ValueMap = new Map<string, Value>();

/** The operation with its layers made one, unresolved. */
export function compiledDocument(checked: Checked): ValueMap {
  const operation = mapOf(toValue(checked.operation));
  const contexts = [...checked.params.values()].filter((param) => param.contextOnly === true);
  return new Map<string, Value>([
    ...[...operation].filter(([key]) => !['params', 'kind', 'inputs', 'outputs', 'contexts'].includes(key)),
    ['kind', 'compiled_operation'],
    ['inputs', declared(checked, 'inputs')],
    ['outputs', declared(checked, 'outputs')],
    ['contexts', contexts.map((param) => new Map<string, Value>([['name', param.name], ...extras(param)]))],
    ['run', toValue(checked.run)],
  ]);
}

/** The record as it is made, before anything is resolved. */
export function createdDocument(checked: Checked): ValueMap {
  const params = [...checked.params.values()].map((param): [string, Value] => [
    param.name,
    new Map<string, Value>([
      ['value', toValue(param.value)],
      ['contextOnly', param.contextOnly ?? null],
      ...extras(param),
    ]),
  ]);
  return new Map<string, Value>([
    ['kind', checked.kind],
    ['runtime', checked.runtime],
    ['name', checked.name],
    ['params', new Map(params)],
    ['inputs', checked.inputs],
    ['tags', checked.tags.length === 0 ? null : checked.tags],
    ['pending', pendingOf(checked)],
  ]);
}

/** The operation after both stages. */
export function resolvedDocument(checked: Checked, compiled: Compiled, connected: Connected): ValueMap {
  const { operation } = checked;
  const { sections, spec, skipped } = compiled;
  const written = mapOf(toValue(operation));
  // The reference keeps the cost on the record only.
  const shown = [...sections].filter(([key]) => key !== 'cost' && key !== 'kind');
  return new Map<string, Value>([
    ['version', written.get('version') ?? null],
    ['strictParams', written.get('strictParams') ?? null],
    ...shown,
    ['kind', 'compiled_operation'],
    ['termination', written.has('termination') ? terminationOf(spec.termination, written) : null],
    ['plugins', written.has('plugins') ? connected.plugins : null],
    ['conditions', member(operation, 'conditions') === undefined ? null : skipped ? 'False' : 'True'],
    ['inputs', filled(connected.inputs, checked, 'inputs')],
    ['outputs', filled(connected.outputs, checked, 'outputs')],
    ['contexts', connected.contexts.map((io) => filledIo(io, none, checked))],
    ['run', connected.body],
  ]);
}

/** The record after resolution. */
export function recordDocument(checked: Checked, compiled: Compiled): ValueMap {
  return new Map<string, Value>([
    ['status', compiled.skipped ? 'skipped' : 'created'],
    ['inputs', compiled.inputs],
    ['outputs', compiled.outputs.size === 0 ? null : compiled.outputs],
    ['pending', pendingOf(checked)],
    ['cost', compiled.sections.get('cost') ?? null],
    ['meta_info', none],
  ]);
}

function pendingOf(checked: Checked): Value {
  return checked.isApproved === false ? 'approval' : null;
}

/** Inputs or outputs as written; one with a value is optional. */
function declared(checked: Checked, key: 'inputs' | 'outputs'): readonly ValueMap[] | null {
  const given = mapOf(toValue(checked.operation)).get(key) ?? null;
  if (given === null || !isList(given)) return null;
  return given.map((each) => withOptional(mapOf(each)));
}

function filled(ios: readonly FilledIo[], checked: Checked, key: 'inputs' | 'outputs'): Value {
  const byName = new Map(declared(checked, key)?.map((io) => [io.get('name'), io]));
  return ios.length === 0 ? null : ios.map((io) => filledIo(io, byName.get(io.name) ?? none, checked));
}

/** What is resolved is optional from then on, with a value or without. */
function filledIo(io: FilledIo, written: ValueMap, checked: Checked): ValueMap {
  const param = checked.params.get(io.name);
  return new Map<string, Value>([
    ...written,
    ['name', io.name],
    ['type', io.type],
    ...(io.isList ? ([['isList', true]] as const) : []),
    ...(io.isFlag ? ([['isFlag', true]] as const) : []),
    ...(param?.toInit === true ? ([['toInit', true]] as const) : []),
    ['connection', io.connection],
    ['toEnv', io.toEnv],
    ['value', io.value],
    ['isOptional', true],
  ]);
}

function withOptional(io: ValueMap): ValueMap {
  return (io.get('value') ?? null) === null ? io : new Map<string, Value>([...io, ['isOptional', true]]);
}

function extras(param: Param): readonly (readonly [string, Value])[] {
  return [
    ['connection', param.connection === undefined ? null : toValue(param.connection)],
    ['toInit', param.toInit ? true : null],
    ['toEnv', param.toEnv],
  ];
}

function terminationOf(
  { maxRetries, timeoutSeconds, ttlSeconds }: Compiled['spec']['termination'],
  written: ValueMap,
): ValueMap {
  const whole = (value: number | null): Value => (value === null ? null : BigInt(value));
  const isSaid = mapOf(written.get('termination') ?? null).has('maxRetries');
  return new Map<string, Value>([
    ['maxRetries', maxRetries === 0 && !isSaid ? null : whole(maxRetries)],
    ['timeout', whole(timeoutSeconds)],
    ['ttl', whole(ttlSeconds)],
  ]);
}

function mapOf(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : none;
}
