import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Node } from '../source/tree.ts';
import type { Value } from '../values/value.ts';
import type { Sealed } from '../wire/sealed-spec.ts';
import type { Io, ResolvedIo, WithGlobals } from './drafts.ts';
import { ParamContext } from './param-context.ts';
import { type Rendering, renderingIn } from './render-node.ts';

/** One name of the context while it is being resolved. */
export interface Slot {
  readonly name: string;
  readonly span: Span;
  readonly io: Io | undefined;
  /** What was given, or the default. */
  readonly given: Node | undefined;
  /** What a reference gave; undefined without one. */
  readonly taken: Value | undefined;
  readonly connectionNode: Node | undefined;
  readonly toEnv: string | null;
  readonly toInit: boolean;
  readonly order: number;
  state: 'waiting' | 'resolving' | 'done';
  argumentState: 'waiting' | 'resolving' | 'done';
  /** It mentions what only the children of a matrix know, so it stays as written (decisions.md 18). */
  isDeferred: boolean;
  value: Sealed;
  connection: string | null;
}

/** The state of resolving all params of one operation. */
export interface Work {
  readonly draft: WithGlobals;
  readonly problems: Diagnostic[];
  readonly slots: ReadonlyMap<string, Slot>;
  readonly context: ParamContext;
  readonly rendering: Rendering;
}

/** A slot for every input, output and context param, nothing resolved yet. */
export function begin(draft: WithGlobals): Work {
  const slots = new Map<string, Slot>();
  const add = (name: string, io: Io | undefined, order: number): void => {
    const param = draft.params.get(name);
    const given = param !== undefined && !isNullNode(param.value) ? param.value : io?.value;
    const taken = draft.taken.get(name);
    // Of an input and an output with the same name, the output's value wins if it has one.
    if (slots.has(name) && taken === undefined && (given === undefined || isNullNode(given))) return;
    slots.set(name, {
      name,
      io,
      given,
      taken,
      isDeferred: false,
      order,
      span: param?.span ?? io?.span ?? draft.operation.span,
      connectionNode: param?.connection ?? io?.connection,
      toEnv: param?.toEnv ?? io?.toEnv ?? null,
      toInit: (param?.toInit ?? false) || (io?.toInit ?? false),
      state: 'waiting',
      argumentState: 'waiting',
      value: null,
      connection: null,
    });
  };
  for (const [order, io] of draft.ios.entries()) add(io.name, io, order);
  for (const name of draft.params.keys()) if (!slots.has(name)) add(name, undefined, slots.size);
  const problems: Diagnostic[] = [];
  const context = new ParamContext(draft.context);
  return { draft, problems, slots, context, rendering: renderingIn(context.growing(), problems) };
}

function isNullNode(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** What a slot came to, for the draft. */
export function toResolved(slot: Slot, io: Io | undefined): ResolvedIo {
  const format = io?.argFormat;
  return {
    name: slot.name,
    type: io?.type ?? null,
    isList: io?.isList ?? false,
    isFlag: io?.isFlag ?? false,
    argFormat: format?.kind === 'scalar' && typeof format.value === 'string' ? format.value : null,
    connection: slot.connection,
    toEnv: slot.toEnv,
    value: slot.value,
    output: io?.output ?? false,
    toInit: slot.toInit,
    isDeferred: slot.isDeferred,
    span: slot.given?.span ?? slot.span,
  };
}
