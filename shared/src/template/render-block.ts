import { pythonText } from '../values/print.ts';
import type { Value } from '../values/value.ts';
import type { ForPart, IfPart, Part } from './ast.ts';
import { bounded, checkLength, spend } from './budget.ts';
import { type Environment, evaluate } from './evaluate.ts';
import { Fault } from './fault.ts';
import { itemsOf } from './filters-sequences.ts';
import { isTruthy, kindOf } from './operators.ts';

/**
 * The text of some parts. `locals` is where `{% set %}` writes; a loop's body has its own, as Jinja scopes it.
 * Values are printed as Python prints them.
 */
export function renderBlock(parts: readonly Part[], env: Environment, locals: Map<string, Value>): string | Fault {
  const pieces: string[] = [];
  let length = 0;
  for (const part of parts) {
    const piece = renderPart(part, env, locals);
    if (piece instanceof Fault) return piece;
    length += piece.length;
    const refused = checkLength(length, part) ?? spend(env.budget, 1, part);
    if (refused !== undefined) return refused;
    pieces.push(piece);
  }
  return bounded(env.budget, pieces.join(''), { at: 0, end: 2 });
}

function renderPart(part: Part, env: Environment, locals: Map<string, Value>): string | Fault {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'output': {
      const value = evaluate(part.expr, env);
      return value instanceof Fault ? value : bounded(env.budget, pythonText(value), part);
    }
    case 'set': {
      const value = evaluate(part.value, env);
      if (value instanceof Fault) return value;
      locals.set(part.name, value);
      return '';
    }
    case 'if':
      return renderIf(part, env, locals);
    case 'for':
      return renderFor(part, env, locals);
  }
}

function renderIf(part: IfPart, env: Environment, locals: Map<string, Value>): string | Fault {
  for (const branch of part.branches) {
    const condition = evaluate(branch.test, env);
    if (condition instanceof Fault) return condition;
    if (isTruthy(condition)) return renderBlock(branch.body, env, locals);
  }
  return renderBlock(part.otherwise, env, locals);
}

function renderFor(part: ForPart, env: Environment, locals: Map<string, Value>): string | Fault {
  const over = evaluate(part.over, env);
  if (over instanceof Fault) return over;
  const all = itemsOf(over);
  if (all === undefined)
    return new Fault(
      'template/wrong-type',
      `A loop goes over a list, a mapping or text, not ${kindOf(over)}.`,
      part.over,
    );
  const items = part.only === null ? all : keep(part, all, env, locals);
  if (items instanceof Fault) return items;
  if (items.length === 0) return renderBlock(part.otherwise, env, locals);
  const pieces: string[] = [];
  let length = 0;
  for (const [at, item] of items.entries()) {
    const inner = bind(part, item, locals);
    if (inner instanceof Fault) return inner;
    inner.set('loop', loopFacts(at, items.length));
    // A round makes maps of its own, which takes as long as ten ordinary steps.
    const cost = spend(env.budget, 10, part);
    if (cost !== undefined) return cost;
    const piece = renderBlock(part.body, { ...env, locals: inner }, inner);
    if (piece instanceof Fault) return piece;
    length += piece.length;
    const refused = checkLength(length, part);
    if (refused !== undefined) return refused;
    pieces.push(piece);
  }
  return bounded(env.budget, pieces.join(''), part);
}

function keep(
  part: ForPart,
  items: readonly Value[],
  env: Environment,
  locals: ReadonlyMap<string, Value>,
): readonly Value[] | Fault {
  const kept: Value[] = [];
  for (const item of items) {
    const inner = bind(part, item, locals);
    const passes =
      inner instanceof Fault || part.only === null ? inner : evaluate(part.only, { ...env, locals: inner });
    if (passes instanceof Fault) return passes;
    if (passes instanceof Map ? passes.size > 0 : isTruthy(passes)) kept.push(item);
  }
  return kept;
}

function bind(part: ForPart, item: Value, locals: ReadonlyMap<string, Value>): Map<string, Value> | Fault {
  const inner = new Map(locals);
  const [first] = part.targets;
  if (part.targets.length === 1 && first !== undefined) return inner.set(first, item);
  const values = itemsOf(item);
  if (values === undefined || values.length !== part.targets.length) {
    return new Fault(
      'template/wrong-type',
      `The loop takes ${part.targets.length} names from each item, which does not have as many values.`,
      part.over,
    );
  }
  for (const [at, name] of part.targets.entries()) inner.set(name, values[at] ?? null);
  return inner;
}

function loopFacts(at: number, length: number): Value {
  return new Map<string, Value>([
    ['index', BigInt(at + 1)],
    ['index0', BigInt(at)],
    ['revindex', BigInt(length - at)],
    ['revindex0', BigInt(length - at - 1)],
    ['first', at === 0],
    ['last', at === length - 1],
    ['length', BigInt(length)],
  ]);
}
