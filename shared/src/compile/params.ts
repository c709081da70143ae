import { type Outcome, settle } from '../outcome/index.ts';
import type { Node, ScalarNode } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { Fault } from '../template/fault.ts';
import { asSealedText, closed } from '../template/render.ts';
import { parseTemplate } from '../template/template.ts';
import { toValue } from '../values/from-node.ts';
import { plainText } from '../values/print.ts';
import type { AgentText, Sealed } from '../wire/sealed-spec.ts';
import type { WithGlobals, WithParams } from './drafts.ts';
import { cycle, longestChain, tooLong, usedAbove } from './param-problems.ts';
import { begin, type Slot, toResolved, type Work } from './param-slots.ts';
import { renderFree, renderScalar } from './render-node.ts';
import { addServiceGlobals } from './service-globals.ts';
import { typedValue } from './typed-value.ts';

/**
 * Params: gives inputs in declaration order, then outputs, then context params, their values (compiler.md 3.4).
 *
 * A value may mention `globals.*` and any other param: one that is not known yet is resolved on demand, and a circle is an
 * error that shows the chain (decisions.md 19). Types are checked after rendering. A param that mentions an agent name
 * stays open, and so does all that uses it (decisions.md 17).
 */
export function resolveParams(draft: WithGlobals): Outcome<WithParams> {
  const work = begin(draft);
  for (const slot of work.slots.values()) resolveSlot(work, slot, []);
  for (const slot of work.slots.values()) resolveArgument(work, slot, []);
  work.context.setAllArguments([...work.slots.values()].map((slot) => slot.name));
  addServiceGlobals(draft, work.context);
  const resolved = draft.ios.flatMap((io) => {
    const slot = work.slots.get(io.name);
    return slot === undefined ? [] : [toResolved(slot, io)];
  });
  const contexts = [...work.slots.values()].flatMap((slot) =>
    slot.io === undefined ? [toResolved(slot, undefined)] : [],
  );
  const context = work.context.finished();
  return settle({ ...draft, stage: 'params', context, growing: work.context, resolved, contexts }, work.problems);
}

function resolveSlot(work: Work, slot: Slot, chain: readonly Slot[]): void {
  if (slot.state === 'done') return;
  if (slot.state === 'resolving') {
    work.problems.push(cycle(slot, chain));
    return;
  }
  if (chain.length >= longestChain) {
    work.problems.push(tooLong(slot, chain));
    return;
  }
  slot.state = 'resolving';
  const first = work.problems.length;
  for (const node of slot.taken === undefined ? [slot.given, slot.connectionNode] : [slot.connectionNode])
    if (node !== undefined) resolveUses(work, node, slot, [...chain, slot]);
  if (work.problems.slice(first).some((each) => each.severity === 'error')) {
    // What it mentions is wrong, which was said; more would only repeat it.
    slot.state = 'done';
    work.context.set(slot.name, slot.io, null, null);
    return;
  }
  const before = work.problems.length;
  slot.connection = slot.connectionNode === undefined ? null : connectionOf(work, slot.connectionNode);
  if (slot.isDeferred && slot.given !== undefined) {
    slot.value = toValue(slot.given);
    slot.state = 'done';
    slot.argumentState = 'done';
    return;
  }
  // What was taken may be null, which is a value like any other (compiler.md 3.2).
  const rendered =
    slot.taken !== undefined ? slot.taken : slot.given === undefined ? null : renderFree(slot.given, work.rendering);
  slot.value = work.problems.length > before ? null : typed(work, slot, rendered);
  slot.state = 'done';
  work.context.set(slot.name, slot.io, slot.value, slot.connection);
}

/** Resolves the params that a value mentions, before it is rendered. */
function resolveUses(work: Work, node: Node, user: Slot, chain: readonly Slot[]): void {
  if (node.kind === 'list') for (const item of node.items) resolveUses(work, item, user, chain);
  else if (node.kind === 'map') for (const entry of node.entries) resolveUses(work, entry.value, user, chain);
  else if (isTemplateNode(node)) {
    const template = parseTemplate(String(node.value));
    if (template instanceof Fault) return;
    for (const { path } of template.uses) {
      const isParams = path[0] === 'params' && !work.slots.has('params');
      const name = (isParams ? path[1] : path[0]) ?? '';
      const slot = work.slots.get(name);
      if (work.draft.matrixNames.has(name)) user.isDeferred = true;
      if (slot === undefined || (slot === user && user.state === 'done')) continue;
      if (slot.state === 'waiting' && slot.io !== undefined && user.io !== undefined && slot.order > user.order)
        work.problems.push(usedAbove(slot, user, node));
      resolveSlot(work, slot, chain);
      if (slot.isDeferred) user.isDeferred = true;
      if (isParams && path[2] === 'as_arg') resolveArgument(work, slot, chain);
    }
  }
}

function connectionOf(work: Work, node: Node): string | null {
  const value = closed(node.kind === 'scalar' ? renderScalar(node, work.rendering) : null);
  return value === undefined || value === null ? null : plainText(value);
}

/** The value in its declared type; an open one is checked by the agent. */
function typed(work: Work, { io, given, span }: Slot, rendered: Sealed): Sealed {
  return typedValue(io, rendered, given ?? { span }, work.problems);
}

/** `as_arg`: the argument format rendered in the whole context, or `--name=value`, or the flag (compiler.md 3.5). */
function resolveArgument(work: Work, slot: Slot, chain: readonly Slot[]): void {
  if (slot.argumentState !== 'waiting' || slot.state !== 'done') return;
  slot.argumentState = 'resolving';
  const format = slot.io?.argFormat;
  if (format?.kind === 'scalar' && typeof format.value === 'string' && slot.value !== null) {
    resolveUses(work, format, slot, [...chain, slot]);
    work.context.setArgument(slot.name, formatted(work, format) ?? '');
  }
  slot.argumentState = 'done';
}

function formatted(work: Work, format: ScalarNode): string | AgentText | null {
  return asSealedText(renderScalar(format, work.rendering));
}
