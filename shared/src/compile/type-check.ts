import { type Diagnostic, error, type Related } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { describeNode } from '../spec/describe.ts';
import { coerce, isType } from '../values/coerce.ts';
import { toValue } from '../values/from-node.ts';
import { validate } from '../values/validate.ts';
import { checkTemplates, holdsTemplate } from './check-templates.ts';
import type { Assembled, Io, Param, TypeChecked } from './drafts.ts';
import { readIos, readParams } from './read-io.ts';

/**
 * Values against declared types, and templates against the names that exist. Values that hold templates are left for
 * `params`, which knows what they become (compiler.md 3.1).
 */
export function checkTypes(draft: Assembled): Outcome<TypeChecked> {
  const problems: Diagnostic[] = [];
  const ios = readIos(draft.operation, problems);
  const params = readParams(draft.operation);
  for (const io of ios) {
    const param = params.get(io.name);
    if (io.value !== undefined && !isNull(io.value)) problems.push(...valueProblems(io, io.value));
    if (param !== undefined && !isNull(param.value)) problems.push(...valueProblems(io, param.value));
    else if (isRequired(io)) problems.push(missing(io, param));
  }
  problems.push(...undeclared(draft, ios, params));
  problems.push(...serviceOnly(draft));
  problems.push(...checkTemplates(draft.operation, draft.runKind, ios, params));
  return settle({ ...draft, stage: 'type-check', ios, params }, problems);
}

/** Whether an input must be given; outputs never must (compiler.md 3.1). */
function isRequired(io: Io): boolean {
  return !io.output && !io.isOptional && !io.isDelayed;
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function missing(io: Io, param: Param | undefined): Diagnostic {
  return error(
    'params/missing',
    io.span,
    param === undefined
      ? `Input "${io.name}" has no value and no default.`
      : `Input "${io.name}" is given null, and has no default.`,
    {
      hint: `Pass it with -P ${io.name}=…, or mark it isOptional.`,
      related: param === undefined ? undefined : [{ message: 'The null is given here.', span: param.value.span }],
    },
  );
}

/** What is wrong with a literal value for an input; nothing is said about values that hold templates. */
export function valueProblems(io: Io, node: Node): readonly Diagnostic[] {
  if (io.type === null || !isType(io.type) || holdsTemplate(node)) return [];
  const related =
    node.span.source === io.span.source && node === io.value
      ? undefined
      : [{ message: `"${io.name}" is declared here.`, span: io.span }];
  if (io.isList && node.kind === 'list') {
    // One wrong item is reported at its own place.
    const wrongItems = node.items.flatMap((item) => wrongItem(io, item, related));
    if (wrongItems.length > 0) return wrongItems;
  }
  const read = coerce(toValue(node), io.type, io.isList);
  if (!read.ok)
    return [
      error('types/wrong-type', node.span, `"${io.name}" is ${describeNode(node)}; ${read.expected} was expected.`, {
        hint: `Its type is "${io.type}"${io.isList ? ' with "isList: true"' : ''}.`,
        related,
      }),
    ];
  const expected = io.isDelayed ? undefined : validate(read.value, io.validation);
  return expected === undefined
    ? []
    : [
        error('types/not-valid', node.span, `"${io.name}" is ${describeNode(node)}; ${expected} was expected.`, {
          related,
        }),
      ];
}

function wrongItem(io: Io, item: Node, related: readonly Related[] | undefined): readonly Diagnostic[] {
  const read = coerce(toValue(item), io.type ?? 'any', false);
  if (read.ok) return [];
  const message = `An item of "${io.name}" is ${describeNode(item)}; ${read.expected} was expected.`;
  return [error('types/wrong-type', item.span, message, { hint: `Its type is "${io.type}".`, related })];
}

/** Params without an input or output of their name (compiler.md 3.1). */
function undeclared(draft: Assembled, ios: readonly Io[], params: ReadonlyMap<string, Param>): readonly Diagnostic[] {
  const strictNode = member(draft.operation, 'strictParams');
  const strict = strictNode?.kind === 'scalar' && strictNode.value === true;
  const declared = new Set(ios.map((io) => io.name));
  const problems: Diagnostic[] = [];
  for (const param of params.values()) {
    if (declared.has(param.name) || param.contextOnly === true || !(strict || param.contextOnly === false)) continue;
    problems.push(
      error('params/undeclared', param.span, `There is no input or output "${param.name}".`, {
        hint: didYouMean(param.name, declared) ?? 'Declare it, or set "contextOnly: true".',
      }),
    );
  }
  return problems;
}

/** `sandbox` and `ssh` open a port, which only a service has (compiler.md 1.2). */
function serviceOnly(draft: Assembled): readonly Diagnostic[] {
  const plugins = member(draft.operation, 'plugins');
  if (draft.runKind.name === 'service' || plugins?.kind !== 'map') return [];
  return plugins.entries
    .filter((entry) => (entry.key === 'sandbox' || entry.key === 'ssh') && isSet(plugins, entry.key))
    .map((entry) =>
      error('types/service-only', entry.keySpan, `The plugin "${entry.key}" works for the run kind "service" only.`, {
        hint: 'Remove it, or make the run a service.',
      }),
    );
}

function isSet(plugins: MapNode, key: string): boolean {
  const node = member(plugins, key);
  return node?.kind === 'scalar' && node.value !== null && node.value !== false;
}
