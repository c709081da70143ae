import type { Value } from '../values/value.ts';
import type { ForPart, IfPart, Part, SetPart, Target } from './ast.ts';
import { bounded, checkLength, printed, spend } from './budget.ts';
import type { Environment } from './environment.ts';
import { evaluate } from './evaluate.ts';
import { Fault } from './fault.ts';
import { isTruthy, itemsOf, kindOf } from './kinds.ts';
import { type Locals, newLocals } from './locals.ts';

/** The text of some parts. `{% set %}` writes into the locals of `env`. Values are printed as Python prints them. */
export function renderBlock(parts: readonly Part[], env: Environment): string | Fault {
  if (parts.length === 0) return '';
  const pieces: string[] = [];
  let length = 0;
  for (const part of parts) {
    const piece = renderPart(part, env);
    if (piece instanceof Fault) return piece;
    length += piece.length;
    const refused = checkLength(length, part) ?? spend(env.budget, 1, part);
    if (refused !== undefined) return refused;
    pieces.push(piece);
  }
  return bounded(env.budget, pieces.join(''), parts[0] ?? { at: 0, end: 2 });
}

function renderPart(part: Part, env: Environment): string | Fault {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'output': {
      const value = evaluate(part.expr, env);
      return value instanceof Fault ? value : printed(env.budget, value, part);
    }
    case 'set':
      return setNames(part, env) ?? '';
    case 'if':
      return renderIf(part, env);
    case 'for':
      return renderFor(part, env);
  }
}

function setNames(part: SetPart, env: Environment): Fault | undefined {
  // What a block sets inside stays inside, as in Jinja.
  const value =
    'kind' in part.value
      ? evaluate(part.value, env)
      : renderBlock(part.value, { ...env, locals: newLocals(env.locals) });
  return value instanceof Fault ? value : bind(part.target, value, env.locals, part, env);
}

function renderIf(part: IfPart, env: Environment): string | Fault {
  for (const branch of part.branches) {
    const condition = evaluate(branch.test, env);
    if (condition instanceof Fault) return condition;
    if (isTruthy(condition)) return renderBlock(branch.body, env);
  }
  return renderBlock(part.otherwise, env);
}

function renderFor(part: ForPart, env: Environment): string | Fault {
  const over = evaluate(part.over, env);
  if (over instanceof Fault) return over;
  const all = spend(env.budget, typeof over === 'string' ? over.length >> 3 : 0, part.over) ?? itemsOf(over);
  if (all instanceof Fault) return all;
  if (all === undefined)
    return new Fault(
      'template/wrong-type',
      `A loop goes over a list, a mapping or text, not ${kindOf(over)}.`,
      part.over,
    );
  const items = part.only === null ? all : keep(part, part.only, all, env);
  if (items instanceof Fault) return items;
  if (items.length === 0) return renderBlock(part.otherwise, { ...env, locals: newLocals(env.locals) });
  const pieces: string[] = [];
  let length = 0;
  for (let at = 0; at < items.length; at += 1) {
    const locals = newLocals(env.locals);
    // A round makes maps of its own, which takes as long as ten ordinary steps.
    const refused = spend(env.budget, 10, part) ?? bind(part.target, items[at] ?? null, locals, part.over, env);
    if (refused !== undefined) return refused;
    locals.own.set('loop', loopFacts(items, at));
    const piece = renderBlock(part.body, { ...env, locals });
    if (piece instanceof Fault) return piece;
    length += piece.length;
    const tooLong = checkLength(length, part);
    if (tooLong !== undefined) return tooLong;
    pieces.push(piece);
  }
  return bounded(env.budget, pieces.join(''), part);
}

/** The items that pass the loop's own condition; `loop` is not known there. */
function keep(
  part: ForPart,
  only: NonNullable<ForPart['only']>,
  items: readonly Value[],
  env: Environment,
): readonly Value[] | Fault {
  const kept: Value[] = [];
  for (const item of items) {
    const locals = newLocals(env.locals);
    const refused = spend(env.budget, 3, part) ?? bind(part.target, item, locals, part.over, env);
    if (refused !== undefined) return refused;
    const passes = evaluate(only, { ...env, locals });
    if (passes instanceof Fault) return passes;
    if (isTruthy(passes)) kept.push(item);
  }
  return kept;
}

/** Gives a value to a name, or its items to several. */
function bind(
  target: Target,
  value: Value,
  locals: Locals,
  place: { readonly at: number; readonly end: number },
  env: Environment,
): Fault | undefined {
  if (typeof target === 'string') {
    locals.own.set(target, value);
    return undefined;
  }
  const size = typeof value === 'string' ? value.length >> 3 : target.length;
  const cost = spend(env.budget, size, place);
  if (cost !== undefined) return cost;
  const values = itemsOf(value);
  if (values === undefined || values.length !== target.length)
    return new Fault(
      'template/wrong-type',
      `Here are ${target.length} names, and a value with ${values === undefined ? 'no' : values.length} items.`,
      place,
    );
  for (const [at, each] of target.entries()) {
    const fault = bind(each, values[at] ?? null, locals, place, env);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What `loop` knows; the neighbours are missing at the ends, so that `default` can answer. */
function loopFacts(items: readonly Value[], at: number): Value {
  const facts = new Map<string, Value>([
    ['index', BigInt(at + 1)],
    ['index0', BigInt(at)],
    ['revindex', BigInt(items.length - at)],
    ['revindex0', BigInt(items.length - at - 1)],
    ['first', at === 0],
    ['last', at === items.length - 1],
    ['length', BigInt(items.length)],
    // Jinja counts loops that call themselves, which there are none of.
    ['depth', 1n],
    ['depth0', 0n],
  ]);
  const [before, after] = [items[at - 1], items[at + 1]];
  if (before !== undefined) facts.set('previtem', before);
  if (after !== undefined) facts.set('nextitem', after);
  return facts;
}
