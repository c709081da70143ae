/**
 * What our stages know of an operation, in the shapes of the cases (compiler.md 2.5). Values come from the stages. Only what is
 * a matter of the shape is added here: `isOptional`, `toInit`, the text of decided conditions, and `status` and `pending` by
 * the rules of submission, which run in the control plane and not here. What the record does not get from ours is not made up.
 */
import type { Checked, Compiled, Param } from '@tandem/shared/compile';
import { type MapNode, member, type Node } from '@tandem/shared/source';
import { isList, isMap, toValue, type Value, type ValueMap } from '@tandem/shared/values';
import type { Connected, FilledIo } from '../../agent/src/compile/connections.ts';

const none: ValueMap = new Map<string, Value>();

/** Sections that are not part of a compiled operation. */
const notCompiled: ReadonlySet<string> = new Set(['params', 'kind', 'inputs', 'outputs', 'contexts', 'template']);

/** The operation with its layers made one, unresolved. */
export function compiledDocument(checked: Checked): ValueMap {
  const operation = mapOf(toValue(checked.operation));
  const contexts = [...checked.params.values()].filter((param) => param.contextOnly === true);
  const joined = checked.joins.flatMap((join) => join.params).filter((param) => param.contextOnly === true);
  return new Map<string, Value>([
    ...[...operation].filter(([key]) => !notCompiled.has(key)),
    ['kind', 'compiled_operation'],
    ['inputs', declared(checked, 'inputs')],
    ['outputs', declared(checked, 'outputs')],
    [
      'contexts',
      [
        ...contexts.map((param) => new Map<string, Value>([['name', param.name], ...extras(param)])),
        ...joined.map((param) => new Map<string, Value>([['name', param.name], ['isList', true], ...extras(param)])),
      ],
    ],
    ['run', toValue(checked.run)],
  ]);
}

/** The record as it is made, before anything is resolved. */
export function createdDocument(checked: Checked): ValueMap {
  const params = [...checked.params.values()].map((param): [string, Value] => [
    param.name,
    new Map<string, Value>([
      ['value', toValue(param.value)],
      ['ref', refOf(checked, param.name)],
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

function refOf(checked: Checked, name: string): Value {
  const params = member(checked.operation, 'params');
  const param = params?.kind === 'map' ? member(params, name) : undefined;
  const ref = param?.kind === 'map' ? member(param, 'ref') : undefined;
  return ref === undefined ? null : toValue(ref);
}

/** The operation after both stages; a parent keeps its run as written, which its children resolve. */
export function resolvedDocument(checked: Checked, compiled: Compiled, connected: Connected): ValueMap {
  const { operation } = checked;
  const { sections, skipped, isParent } = compiled;
  const written = mapOf(toValue(operation));
  // The reference keeps the cost on the record only.
  const shown = [...sections].filter(([key]) => key !== 'cost' && key !== 'kind');
  return new Map<string, Value>([
    ['version', written.get('version') ?? null],
    ['strictParams', written.get('strictParams') ?? null],
    ...shown,
    ['kind', 'compiled_operation'],
    ['plugins', written.has('plugins') ? connected.plugins : null],
    ['conditions', member(operation, 'conditions') === undefined ? null : skipped ? 'False' : 'True'],
    ['inputs', filled(connected.inputs, checked, 'inputs')],
    ['outputs', filled(connected.outputs, checked, 'outputs')],
    ['contexts', connected.contexts.map((io) => filledIo(io, none, checked))],
    ['run', isParent ? withComponents(checked.run) : withInits(connected.body, checked)],
  ]);
}

/** Operations of a dag show the component that they refer to. */
function withComponents(run: MapNode): Value {
  const components = member(run, 'components');
  const byName = new Map(
    (components?.kind === 'list' ? components.items : []).flatMap((node): readonly [Value, Node][] =>
      node.kind === 'map' ? [[toValue(member(node, 'name') ?? node), node]] : [],
    ),
  );
  const body = mapOf(toValue(run));
  const operations = body.get('operations') ?? null;
  if (operations === null || !isList(operations)) return body;
  return new Map<string, Value>([
    ...body,
    [
      'operations',
      operations.map((operation): Value => {
        const component = byName.get(mapOf(operation).get('dagRef') ?? null);
        return component === undefined ? operation : new Map([...mapOf(operation), ['component', toValue(component)]]);
      }),
    ],
  ]);
}

/** Kinds whose replicas show their init entries even when there are none. */
const showsInit: ReadonlySet<string> = new Set(['tfjob', 'pytorchjob', 'mpijob']);

function withInits(body: ValueMap, checked: Checked): ValueMap {
  if (!showsInit.has(checked.runKind.name)) return body;
  return new Map(
    [...body].map(([key, value]): [string, Value] =>
      value !== null && isMap(value) && value.has('container') && !value.has('init')
        ? [key, new Map([...value, ['init', []]])]
        : [key, value],
    ),
  );
}

/** The record after resolution. */
export function recordDocument(checked: Checked, compiled: Compiled): ValueMap {
  const { cpu, memory, gpu, cost } = compiled.resources;
  return new Map<string, Value>([
    ['status', compiled.skipped ? 'skipped' : 'created'],
    ['inputs', compiled.inputs],
    ['outputs', compiled.outputs.size === 0 ? null : compiled.outputs],
    ['pending', pendingOf(checked)],
    ['cpu', cpu],
    ['memory', memory],
    ['gpu', gpu],
    ['cost', cost],
    ['meta_info', compiled.meta],
  ]);
}

function pendingOf(checked: Checked): Value {
  if (checked.isApproved === false) return 'approval';
  return member(checked.operation, 'build') === undefined ? null : 'build';
}

/** Inputs or outputs as written. */
function declared(checked: Checked, key: 'inputs' | 'outputs'): readonly ValueMap[] | null {
  const given = mapOf(toValue(checked.operation)).get(key) ?? null;
  if (given === null || !isList(given)) return null;
  return given.map(mapOf);
}

function filled(ios: readonly FilledIo[], checked: Checked, key: 'inputs' | 'outputs'): Value {
  const byName = new Map(declared(checked, key)?.map((io) => [io.get('name'), io]));
  return ios.length === 0 ? null : ios.map((io) => filledIo(io, byName.get(io.name) ?? none, checked));
}

/** What is resolved is optional from then on, with a value or without. */
function filledIo(io: FilledIo, written: ValueMap, checked: Checked): ValueMap {
  const param =
    checked.params.get(io.name) ?? checked.joins.flatMap((join) => join.params).find((each) => each.name === io.name);
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
    ['isOptional', checked.matrixNames.has(io.name) && io.value === null ? (written.get('isOptional') ?? null) : true],
  ]);
}

function extras(param: Pick<Param, 'connection' | 'toInit' | 'toEnv'>): readonly (readonly [string, Value])[] {
  return [
    ['connection', param.connection === undefined ? null : toValue(param.connection)],
    ['toInit', param.toInit ? true : null],
    ['toEnv', param.toEnv],
  ];
}

function mapOf(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : none;
}
