import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Span } from '../source/span.ts';
import { type ListNode, type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { isType, typeNames } from '../values/coerce.ts';
import { toValue } from '../values/from-node.ts';
import { regexProblem } from '../values/regex.ts';
import { isMap, type ValueMap } from '../values/value.ts';
import type { Io } from './drafts.ts';

/** Names that sections of the context have, so that no input may take them (decisions.md 55). */
/** Sections of the context that nothing may stand in for: whatever had such a name would be taken for what the run itself is. */
export const reservedNames: ReadonlySet<string> = new Set(['globals', 'params', 'connections']);

/** The declared inputs or outputs of a list, in the author's order (compiler.md 1.3). */
export function readIos(list: ListNode, section: 'inputs' | 'outputs', problems: Diagnostic[]): readonly Io[] {
  const ios = new Map<string, Io>();
  for (const node of list.items) {
    const io = node.kind === 'map' ? readIo(node, section === 'outputs', problems) : undefined;
    if (io === undefined) continue;
    const former = ios.get(io.name);
    if (former === undefined) ios.set(io.name, io);
    else
      problems.push(
        error('types/duplicate-input', io.span, `The name "${io.name}" is declared twice in "${section}".`, {
          hint: 'Give one of them another name.',
          related: [{ message: 'The first one is here.', span: former.span }],
        }),
      );
  }
  return [...ios.values()];
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
  const badPattern = patternProblem(name, validation);
  if (badPattern !== undefined) problems.push(badPattern);
  const unused = badPattern === undefined ? ['delay'] : ['delay', 'regex'];
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
    validation: rules !== null && isMap(rules) ? without(rules, unused) : new Map(),
  };
  problems.push(...ioProblems(io, fields));
  return io;
}

export function reservedName(name: string, span: Span): Diagnostic {
  return error('types/reserved-name', span, `The name "${name}" is taken by a section of the context.`, {
    hint: 'Choose another name.',
  });
}

function ioProblems(io: Io, fields: ReadonlyMap<string, MapEntry>): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  const typeSpan = fields.get('type')?.value.span ?? io.span;
  if (reservedNames.has(io.name)) problems.push(reservedName(io.name, io.span));
  if (io.type !== null && !isType(io.type))
    problems.push(
      error('types/unknown-type', typeSpan, `There is no type "${io.type}".`, {
        hint: didYouMean(io.type, typeNames) ?? typeHints.get(io.type),
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

/** A pattern is refused where it is written, rather than where a value meets it. */
function patternProblem(name: string, validation: Node | undefined): Diagnostic | undefined {
  const pattern = validation?.kind === 'map' ? member(validation, 'regex') : undefined;
  if (pattern?.kind !== 'scalar' || typeof pattern.value !== 'string' || isTemplateNode(pattern)) return undefined;
  const problem = regexProblem(pattern.value);
  if (problem === undefined) return undefined;
  return error('types/bad-regex', pattern.span, `The "regex" of "${name}" cannot be used: ${lowerFirst(problem)}`, {
    hint: 'Write a regular expression of Python without look-around and back-references.',
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const typeHints: ReadonlyMap<string, string> = new Map([
  ['string', 'Write "str".'],
  ['integer', 'Write "int".'],
  ['number', 'Write "float".'],
  ['boolean', 'Write "bool".'],
  ['object', 'Write "dict".'],
  ['array', 'Write "list".'],
]);

function textOf(entry: MapEntry | undefined): string | undefined {
  return entry?.value.kind === 'scalar' && typeof entry.value.value === 'string' ? entry.value.value : undefined;
}

function flag(entry: MapEntry | undefined): boolean {
  return entry?.value.kind === 'scalar' && entry.value.value === true;
}

function present(entry: MapEntry | undefined): Node | undefined {
  return entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null) ? undefined : entry.value;
}

function without(rules: ValueMap, unused: readonly string[]): ValueMap {
  return new Map([...rules].filter(([name]) => !unused.includes(name)));
}
