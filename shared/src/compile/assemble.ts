import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { strategyOf } from '../spec/merge.ts';
import { fullForm } from '../spec/read-section.ts';
import { section } from '../spec/shape.ts';
import { finishRun, putLayer } from './assemble-run.ts';
import type { Assembled, AssembledOp, RunKind, Sanitized, Stack } from './drafts.ts';
import {
  mergeLayer,
  mergePreset,
  withEntry,
  withoutNulls,
  withoutOpSections,
  withoutOwn,
  withoutShortcuts,
} from './merge-layers.ts';
import type { ParamOption } from './param-option.ts';
import { Weights } from './weight.ts';

/**
 * Layers, presets and options become one operation (decisions.md 11), and so does every operation of a dag. Layers are put
 * together from the inside out, each with its own strategy, which also holds for what it changes in the run (decisions.md 29, 78).
 */
export function assemble(draft: Sanitized): Outcome<Assembled> {
  const problems: Diagnostic[] = [];
  const work: Work = { draft, problems, below: new Map(), weights: new Weights(), operations: 0, unfolded: 0 };
  const assembled = assembleStack(work, draft.main, null);
  return settle(withOptions(assembled, draft.options), problems);
}

interface Work {
  readonly draft: Sanitized;
  readonly problems: Diagnostic[];
  /** Stacks that are below several operations are merged once. */
  readonly below: Map<Stack, Merged>;
  /** So many were assembled; more than the limit are reported once, and no more are made. */
  operations: number;
  readonly weights: Weights;
  /** Nodes that operations have from others: below them, and in presets. */
  unfolded: number;
}

interface Merged {
  readonly fields: MapNode;
  readonly run: MapNode | undefined;
}

/** Stands for the kind of a run whose component is not at hand. */
const unknownKind: RunKind = { name: 'unknown', section: section('run', {}) };

/** `around`: what the dag around the operation hands down; null for the operation that was submitted. */
function assembleStack(work: Work, stack: Stack, around: readonly Node[] | null): Assembled {
  const kind = stack.runKind ?? unknownKind;
  const { fields: own } = stack.own;
  const below = stack.inner === null ? undefined : mergedBelow(work, stack.inner);
  const outer = stack.files.reduce((top, file) => mergePreset(top, file.fields, file.strategy), withoutOwn(own));
  const strategy = strategyOf(member(own, 'patchStrategy'));
  const base = below === undefined ? undefined : around !== null ? withoutOpSections(below.fields) : below.fields;
  let fields = base === undefined ? outer : mergeLayer(base, outer, strategy);
  const laying = { kind, isPreset: false, problems: work.problems };
  let run = putLayer(below?.run, own, { ...laying, strategy });
  for (const file of stack.files) run = putLayer(run, file.fields, { ...laying, strategy: file.strategy });
  for (const preset of stack.presets) {
    fields = mergePreset(fields, preset.fields, preset.strategy);
    run = putLayer(run, preset.fields, { ...laying, strategy: preset.strategy, isPreset: true });
  }
  const finished = stack.unread === null ? finishRun(run, kind, own, work.problems) : (run ?? { ...own, entries: [] });
  const operation = withoutNulls(withEntry(withoutShortcuts(fields), 'run', finished));
  const handedDown = around ?? [];
  const ops = kind.name === 'dag' ? assembleOps(work, finished, handedDown) : null;
  return { stage: 'assemble', operation, run: finished, runKind: kind, unread: stack.unread, handedDown, ops };
}

function mergedBelow(work: Work, stack: Stack): Merged {
  const known = work.below.get(stack);
  if (known !== undefined) return known;
  const inner = stack.inner === null ? undefined : mergedBelow(work, stack.inner);
  const strategy = strategyOf(member(stack.own.fields, 'patchStrategy'));
  const merged: Merged = {
    fields: inner === undefined ? withoutOwn(stack.own.fields) : mergeLayer(inner.fields, stack.own.fields, strategy),
    run: putLayer(inner?.run, stack.own.fields, {
      strategy,
      kind: stack.runKind ?? unknownKind,
      isPreset: false,
      problems: work.problems,
    }),
  };
  work.below.set(stack, merged);
  return merged;
}

function assembleOps(work: Work, run: MapNode, around: readonly Node[]): readonly AssembledOp[] {
  const own = member(run, 'connections');
  const handedDown = own === undefined ? around : [...around, own];
  const list = member(run, 'operations');
  const ops: AssembledOp[] = [];
  for (const node of list?.kind === 'list' ? list.items : []) {
    const stack = node.kind === 'map' ? work.draft.parts.get(node) : undefined;
    const name = node.kind === 'map' ? member(node, 'name') : undefined;
    if (stack === undefined || name?.kind !== 'scalar' || typeof name.value !== 'string') continue;
    if (isTooMuch(work, stack, name)) break;
    ops.push({ name: name.value, span: name.span, draft: assembleStack(work, stack, handedDown) });
  }
  return ops;
}

/** Counts an operation; what goes beyond a limit is reported once. */
function isTooMuch(work: Work, stack: Stack, name: Node): boolean {
  const { operations, unfolded } = work.draft.limits;
  if (work.operations > operations || work.unfolded > unfolded) return true;
  work.operations += 1;
  const below = stack.inner === null ? undefined : mergedBelow(work, stack.inner);
  const shared = [below?.fields, below?.run, ...stack.presets.map(({ fields }) => fields)];
  work.unfolded += shared.reduce((sum, node) => sum + work.weights.of(node), 0);
  const message =
    work.operations > operations
      ? `The dag has more than ${operations} operations, counting those of the dags inside it`
      : work.unfolded > unfolded
        ? `The operations of the dag have more than ${unfolded} values from shared components and presets`
        : undefined;
  if (message === undefined) return false;
  const hint = 'Split the dag, or use a matrix for operations that differ in their params only.';
  work.problems.push(
    error('assemble/unfolds-too-far', name.span, `${message}; here is the first one too many.`, { hint }),
  );
  return true;
}

/** Params of the submission win over those of the files. */
function withOptions(assembled: Assembled, options: readonly ParamOption[]): Assembled {
  if (options.length === 0) return assembled;
  const { operation } = assembled;
  const given = member(operation, 'params');
  const params = new Map((given?.kind === 'map' ? given.entries : []).map((entry) => [entry.key, entry]));
  for (const option of options) {
    const former = params.get(option.name)?.value;
    const kept =
      former?.kind === 'map' ? former.entries.filter((entry) => entry.key !== 'value' && entry.key !== 'ref') : [];
    const full = fullForm(option.value);
    const value = { ...full, entries: [...full.entries, ...kept] };
    params.set(option.name, { key: option.name, keySpan: option.value.span, value });
  }
  const all: MapNode = { kind: 'map', entries: [...params.values()], span: given?.span ?? operation.span };
  // The run stays last, so that stored text reads back to itself.
  return { ...assembled, operation: withEntry(withEntry(operation, 'params', all), 'run', assembled.run) };
}
