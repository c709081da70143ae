import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type ListNode, type MapNode, member, type Node } from '../source/tree.ts';
import { checkMatrix, matrixNames } from './check-matrix.ts';
import { joinProblems, reservedProblems, undeclared } from './check-params.ts';
import { pluginProblems } from './check-plugins.ts';
import { idleProblems } from './check-service.ts';
import { checkTemplates } from './check-templates.ts';
import type { Assembled, Io, Join, Param, TypeChecked } from './drafts.ts';
import { findIo } from './find-io.ts';
import { readIos } from './read-io.ts';
import { readJoins, readParams } from './read-params.ts';
import { valueProblems } from './value-problems.ts';

/**
 * Values against declared types, and templates against the names that exist; of a dag, every operation. Values that hold
 * templates are left for `params`, which knows what they become (compiler.md 3.1).
 */
export function checkTypes(draft: Assembled): Outcome<TypeChecked> {
  const work: Work = { problems: [], ios: new Map() };
  const typed = checkOne(draft, work);
  return settle(typed, work.problems);
}

interface Work {
  readonly problems: Diagnostic[];
  /** Declarations that several operations of a dag share are read once. */
  readonly ios: Map<Node, readonly Io[]>;
}

function checkOne(draft: Assembled, work: Work): TypeChecked {
  const { problems } = work;
  const { operation } = draft;
  const ios = iosOf(operation, work);
  const params = readParams(operation, problems);
  const joins = readJoins(operation, problems);
  const matrix = member(operation, 'matrix');
  const fromMatrix = matrixNames(matrix);
  const fromJoins = new Set(joins.flatMap((join) => join.params.map((param) => param.name)));
  for (const io of ios) {
    const param = params.get(io.name);
    // Without a type nothing is asked of a value, so that null is one (compiler.md 1.3).
    if (param !== undefined && (param.reference !== null || !isNull(param.value) || io.type === null)) {
      if (param.reference === null) problems.push(...valueProblems(io, param.value));
    } else if (isRequired(io) && fromMatrix !== null && !fromMatrix.has(io.name) && !fromJoins.has(io.name))
      problems.push(missing(io, param));
  }
  problems.push(...checkMatrix(matrix, ios), ...joinProblems(joins, ios));
  const suggested = [...(fromMatrix ?? [])].map((name) => ({ name, span: matrix?.span ?? operation.span }));
  const fromOthers = joins.flatMap((join) => join.params);
  problems.push(...reservedProblems([...params.values(), ...fromOthers, ...suggested], ios));
  if (draft.unread === null) {
    problems.push(...undeclared(operation, ios, [...params.values(), ...joins.flatMap((join) => join.params)]));
    problems.push(...pluginProblems(draft), ...idleProblems(draft));
    problems.push(
      ...checkTemplates(draft, {
        ios,
        params,
        joins,
        fromMatrix: fromMatrix ?? new Set(),
        toInit: initConnections(ios, params, joins),
      }),
    );
  }
  const ops = draft.ops === null ? null : draft.ops.map((op) => ({ ...op, draft: checkOne(op.draft, work) }));
  return { ...draft, stage: 'type-check', ios, params, joins, matrixNames: fromMatrix ?? new Set(), ops };
}

/** The connections of params and declarations that become init entries (compiler.md 3.8). */
function initConnections(
  ios: readonly Io[],
  params: ReadonlyMap<string, Param>,
  joins: readonly Join[],
): readonly Node[] {
  const joined = joins.flatMap((join) => join.params);
  const named = [...params.values(), ...joined].map((param) => {
    const io = findIo(ios, param.name);
    return { toInit: param.toInit || io?.toInit === true, connection: param.connection ?? io?.connection };
  });
  return [...ios, ...named].flatMap(({ toInit, connection }) =>
    toInit && connection !== undefined ? [connection] : [],
  );
}

/** Inputs, then outputs, their defaults checked; each declaration is read once, wherever it is used. */
function iosOf(operation: MapNode, work: Work): readonly Io[] {
  return (['inputs', 'outputs'] as const).flatMap((section) => {
    const list = member(operation, section);
    if (list?.kind !== 'list') return [];
    const known = work.ios.get(list);
    if (known !== undefined) return known;
    const ios = readDeclared(list, section, work.problems);
    work.ios.set(list, ios);
    return ios;
  });
}

function readDeclared(list: ListNode, section: 'inputs' | 'outputs', problems: Diagnostic[]): readonly Io[] {
  const ios = readIos(list, section, problems);
  for (const io of ios) if (io.value !== undefined && !isNull(io.value)) problems.push(...valueProblems(io, io.value));
  return ios;
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
      hint: `${param === undefined ? 'Pass' : 'Give it a value there, pass'} it with -P ${io.name}=…, or mark it isOptional.`,
      related: param === undefined ? undefined : [{ message: 'The null is given here.', span: param.value.span }],
    },
  );
}
