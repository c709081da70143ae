import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { isType, typeNames } from '../values/coerce.ts';
import { toValue } from '../values/from-node.ts';
import { isMap, type ValueMap } from '../values/value.ts';
import type { Io, Param } from './drafts.ts';

/** Names that sections of the context have, so that no input may take them (decisions.md 55). */
const reservedNames = ['globals', 'params', 'connections'];

/** The declared inputs, then the outputs, in the author's order (compiler.md 1.3). */
export function readIos(operation: MapNode, problems: Diagnostic[]): readonly Io[] {
  const ios: Io[] = [];
  const seen = { inputs: new Map<string, Io>(), outputs: new Map<string, Io>() };
  for (const section of ['inputs', 'outputs'] as const) {
    const list = member(operation, section);
    for (const node of list?.kind === 'list' ? list.items : []) {
      if (node.kind !== 'map') continue;
      const io = readIo(node, section === 'outputs', problems);
      if (io === undefined) continue;
      const former = seen[section].get(io.name);
      if (former !== undefined)
        problems.push(
          error('types/duplicate-input', io.span, `The name "${io.name}" is declared twice in "${section}".`, {
            related: [{ message: 'The first one is here.', span: former.span }],
          }),
        );
      else ios.push(io);
      seen[section].set(io.name, io);
    }
  }
  return ios;
}

function readIo(node: MapNode, output: boolean, problems: Diagnostic[]): Io | undefined {
  const fields = new Map(node.entries.map((entry) => [entry.key, entry]));
  const nameEntry = fields.get('name');
  const name = textOf(nameEntry);
  if (name === undefined || nameEntry === undefined) return undefined;
  const span = nameEntry.value.span;
  const value = fields.get('value')?.value;
  const type = textOf(fields.get('type')) ?? null;
  const validation = fields.get('validation')?.value;
  const rules = validation === undefined ? null : toValue(validation);
  const io: Io = {
    name,
    span,
    output,
    type,
    isList: flag(fields.get('isList')),
    isFlag: flag(fields.get('isFlag')),
    isOptional: flag(fields.get('isOptional')) || value !== undefined,
    isDelayed: flag(fields.get('delayValidation')) || (rules !== null && isMap(rules) && rules.get('delay') === true),
    argFormat: present(fields.get('argFormat')),
    connection: present(fields.get('connection')),
    toEnv: textOf(fields.get('toEnv')) ?? null,
    toInit: flag(fields.get('toInit')),
    value,
    validation: rules !== null && isMap(rules) ? withoutDelay(rules) : new Map(),
  };
  problems.push(...ioProblems(io, fields));
  return io;
}

function ioProblems(io: Io, fields: ReadonlyMap<string, MapEntry>): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  const typeSpan = fields.get('type')?.value.span ?? io.span;
  if (reservedNames.includes(io.name))
    problems.push(
      error('types/reserved-name', io.span, `The name "${io.name}" is taken by a section of the context.`, {
        hint: 'Choose another name.',
      }),
    );
  if (io.type !== null && !isType(io.type))
    problems.push(
      error('types/unknown-type', typeSpan, `There is no type "${io.type}".`, {
        hint: didYouMean(io.type, typeNames) ?? typeHints[io.type],
      }),
    );
  if (io.isFlag && io.type !== 'bool')
    problems.push(
      error(
        'types/flag-not-bool',
        fields.get('isFlag')?.keySpan ?? io.span,
        `"${io.name}" is a flag, but its type is ${io.type === null ? 'missing' : `"${io.type}"`}; "bool" was expected.`,
        { hint: 'Write "type: bool".' },
      ),
    );
  const optional = fields.get('isOptional');
  if (io.value !== undefined && optional?.value.kind === 'scalar' && optional.value.value === false) {
    problems.push(
      error('types/required-with-default', optional.keySpan, `"${io.name}" is required, but has a default value.`, {
        hint: 'Remove "isOptional: false" or the value.',
      }),
    );
  }
  return problems;
}

const typeHints: Readonly<Record<string, string>> = {
  string: 'Write "str".',
  integer: 'Write "int".',
  number: 'Write "float".',
  boolean: 'Write "bool".',
  object: 'Write "dict".',
  array: 'Write "list".',
};

/** The params of the operation in their order, each in its full form. */
export function readParams(operation: MapNode): ReadonlyMap<string, Param> {
  const section = member(operation, 'params');
  const params = new Map<string, Param>();
  for (const entry of section?.kind === 'map' ? section.entries : []) {
    const fields = new Map((entry.value.kind === 'map' ? entry.value.entries : []).map((each) => [each.key, each]));
    const contextOnly = fields.get('contextOnly')?.value;
    params.set(entry.key, {
      name: entry.key,
      span: entry.keySpan,
      value: fields.get('value')?.value ?? { kind: 'scalar', value: null, span: entry.keySpan },
      contextOnly:
        contextOnly?.kind === 'scalar' && typeof contextOnly.value === 'boolean' ? contextOnly.value : undefined,
      connection: present(fields.get('connection')),
      toEnv: textOf(fields.get('toEnv')) ?? null,
      toInit: flag(fields.get('toInit')),
    });
  }
  return params;
}

function textOf(entry: MapEntry | undefined): string | undefined {
  return entry?.value.kind === 'scalar' && typeof entry.value.value === 'string' ? entry.value.value : undefined;
}

function flag(entry: MapEntry | undefined): boolean {
  return entry?.value.kind === 'scalar' && entry.value.value === true;
}

function present(entry: MapEntry | undefined): Node | undefined {
  return entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null) ? undefined : entry.value;
}

function withoutDelay(rules: ValueMap): ValueMap {
  return new Map([...rules].filter(([name]) => name !== 'delay'));
}
