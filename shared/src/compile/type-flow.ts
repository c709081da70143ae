import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Span } from '../source/span.ts';
import type { CheckedOp, Io, Param, Reference, TypeChecked, Wish } from './drafts.ts';
import { findIo } from './find-io.ts';
import { wishText } from './read-reference.ts';
import { runGlobals } from './run-globals.ts';

type Op = Omit<CheckedOp, 'upstreams'>;

/** What a reference will give, as far as it is known; null: anything. */
type Flowing = { readonly type: string | null; readonly isList: boolean; readonly declared: Span | null } | null;

/** Whether what the params of an operation take from others exists, and fits where it arrives (compiler.md 4.3). */
export function checkFlow(dag: TypeChecked, op: Op, byName: ReadonlyMap<string, Op>, problems: Diagnostic[]): void {
  const { params, ios } = op.draft;
  for (const param of params.values()) {
    const { reference } = param;
    if (reference === null || reference.of.kind === 'runs') continue;
    const source: Source | undefined = reference.of.kind === 'dag' ? dag : byName.get(reference.of.name)?.draft;
    // A missing operation is reported by its edge; what is not at hand declares nothing here.
    if (source === undefined || source.unread !== null) continue;
    const io = findIo(ios, param.name);
    // A run may log outputs that it did not declare, and nothing says what a context param must be.
    if (io === undefined && isOutput(reference.wants)) continue;
    const flowing = flowingFrom(source, reference, param, problems);
    if (flowing === undefined || flowing === null || io === undefined) continue;
    if (fits(flowing, io, reference.wants)) continue;
    problems.push(mismatch(op.name, param, reference, flowing, io));
  }
}

/** What both a dag and its operations declare. */
type Source = Pick<TypeChecked, 'ios' | 'params' | 'matrixNames' | 'unread'>;

function isOutput(wants: Wish): boolean {
  return wants.kind === 'name' && wants.section === 'outputs';
}

/** Undefined after a problem. */
function flowingFrom(source: Source, reference: Reference, param: Param, problems: Diagnostic[]): Flowing | undefined {
  const { wants } = reference;
  if (wants.kind === 'files') return { type: 'artifacts', isList: false, declared: null };
  if (wants.kind === 'section')
    return {
      type: wants.section === 'inputs' || wants.section === 'outputs' ? 'dict' : 'any-map',
      isList: false,
      declared: null,
    };
  if (wants.section === 'artifacts') return null;
  if (wants.section === 'globals') {
    if (runGlobals.has(wants.name)) return { type: 'str', isList: false, declared: null };
    problems.push(
      unknown(param, reference, `A run has no "globals.${wants.name}" that another one may ask for.`, runGlobals),
    );
    return undefined;
  }
  const isOutput = wants.section === 'outputs';
  const io = findIo(source.ios, wants.name, isOutput);
  if (io !== undefined) return { type: io.type, isList: io.isList, declared: io.span };
  // Context params of a dag are inputs to its operations, too (compiler.md 4.4).
  if (!isOutput && (source.params.has(wants.name) || source.matrixNames.has(wants.name))) return null;
  const declared = source.ios.filter((each) => each.output === isOutput).map((each) => each.name);
  const of = reference.of.kind === 'ops' ? `"${reference.of.name}"` : 'The dag';
  problems.push(unknown(param, reference, `${of} has no ${isOutput ? 'output' : 'input'} "${wants.name}".`, declared));
  return undefined;
}

function unknown(param: Param, reference: Reference, message: string, known: Iterable<string>): Diagnostic {
  const names = [...known];
  const wanted = wishText(reference.wants).split('.').slice(1).join('.');
  return error('graph/unknown-value', param.value.span, message, {
    hint:
      didYouMean(wanted, names) ??
      (names.length === 0 ? 'Declare it there.' : `There is: ${names.slice(0, 10).join(', ')}.`),
  });
}

const numbers: ReadonlySet<string> = new Set(['float', 'metric']);
const texts: ReadonlySet<string> = new Set(['str', 'path', 's3', 'gcs', 'wasb']);
const maps: ReadonlySet<string> = new Set(['dict', 'metadata', 'any', ...texts]);

/** The same type; or both of them texts; or a whole number for a float (decisions.md 35). A list fits a list only. */
function fits(from: NonNullable<Flowing>, to: Io, wants: Wish): boolean {
  if (wants.kind === 'section')
    return (
      !to.isList &&
      (from.type === 'dict' ? to.type === 'dict' || to.type === 'metadata' : to.type !== null && maps.has(to.type))
    );
  if (from.isList !== to.isList) return false;
  if (from.type === to.type) return true;
  if (from.type === null || to.type === null) return false;
  if (texts.has(from.type) && texts.has(to.type)) return true;
  return numbers.has(to.type) && (numbers.has(from.type) || from.type === 'int');
}

function mismatch(op: string, param: Param, reference: Reference, from: NonNullable<Flowing>, to: Io): Diagnostic {
  const named = (type: string | null, isList: boolean): string =>
    `${isList ? 'a list of ' : ''}${type === null ? 'no declared type' : `type "${type}"`}`;
  const given = from.type === 'any-map' ? 'a mapping' : named(from.type, from.isList);
  const of = reference.of.kind === 'ops' ? `ops.${reference.of.name}` : 'dag';
  return error(
    'graph/type-mismatch',
    param.value.span,
    `"${param.name}" of "${op}" has ${named(to.type, to.isList)}, but "${wishText(reference.wants)}" of "${of}" is ${given}.`,
    {
      hint: 'Give both the same type.',
      related: [
        { message: `"${param.name}" is declared here.`, span: to.span },
        ...(from.declared === null ? [] : [{ message: 'What it gets is declared here.', span: from.declared }]),
      ],
    },
  );
}
