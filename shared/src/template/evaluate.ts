import { didYouMean } from '../diagnostics/suggest.ts';
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import type {
  Args,
  Attribute,
  Call,
  Compare,
  Conditional,
  DictExpr,
  Expr,
  Filter,
  Index,
  Name,
  Slice,
  Test,
} from './ast.ts';
import { type Budget, spend, templateLimits, weighed } from './budget.ts';
import { Fault, isMissing, type Offsets } from './fault.ts';
import type { FilterCall } from './filter-call.ts';
import { filters } from './filters.ts';
import { callMethod } from './methods.ts';
import { binary, compare, isTruthy, kindOf, numeric } from './operators.ts';
import { tests } from './tests.ts';

/** What an expression is evaluated in. Names of loops and `{% set %}` hide those of the context. */
export interface Environment {
  readonly names: ValueMap;
  readonly locals: ReadonlyMap<string, Value>;
  readonly budget: Budget;
  /** The template, for hints about the text around a place. */
  readonly text: string;
}

/** The value of an expression, or the fault that stopped it. Never throws, and ends within its budget. */
export function evaluate(expr: Expr, env: Environment): Value | Fault {
  const cost = spend(env.budget, 1, expr);
  if (cost !== undefined) return cost;
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'name':
      return lookUp(expr, env);
    case 'list': {
      const items = evaluateAll(expr.items, env);
      return items instanceof Fault ? items : weighed(env.budget, items, expr);
    }
    case 'dict':
      return dict(expr, env);
    case 'attribute':
      return attribute(expr, env);
    case 'index':
      return index(expr, env);
    case 'slice':
      return slice(expr, env);
    case 'call':
      return call(expr, env);
    case 'filter':
      return filter(expr, env);
    case 'test':
      return test(expr, env);
    case 'unary': {
      const operand = evaluate(expr.operand, env);
      if (operand instanceof Fault) return operand;
      if (expr.operator === 'not') return !isTruthy(operand);
      const number = numeric(operand);
      if (number === undefined)
        return new Fault('template/wrong-type', `"${expr.operator}" takes a number, not ${kindOf(operand)}.`, expr);
      return expr.operator === '-' ? -number : number;
    }
    case 'binary': {
      const left = evaluate(expr.left, env);
      if (left instanceof Fault) return left;
      const right = evaluate(expr.right, env);
      return right instanceof Fault ? right : binary(env.budget, expr.operator, left, right, expr);
    }
    case 'compare':
      return compareChain(expr, env);
    case 'logic': {
      const left = evaluate(expr.left, env);
      if (left instanceof Fault || isTruthy(left) === (expr.operator === 'or')) return left;
      return evaluate(expr.right, env);
    }
    case 'conditional':
      return conditional(expr, env);
  }
}

function lookUp(expr: Name, env: Environment): Value | Fault {
  const value = env.locals.has(expr.name) ? env.locals.get(expr.name) : env.names.get(expr.name);
  if (value !== undefined) return value;
  const dash = env.text[expr.at - 1] === '-';
  const hint = dash
    ? `Write name['with-dash'] when "-" belongs to a name.`
    : didYouMean(expr.name, [...env.locals.keys(), ...env.names.keys()]);
  return new Fault('template/unknown-name', `There is no name "${expr.name}" here.`, expr, hint);
}

function evaluateAll(exprs: readonly Expr[], env: Environment): Value[] | Fault {
  const values: Value[] = [];
  for (const each of exprs) {
    const value = evaluate(each, env);
    if (value instanceof Fault) return value;
    values.push(value);
  }
  return values;
}

function dict(expr: DictExpr, env: Environment): Value | Fault {
  const entries = new Map<string, Value>();
  for (const [keyExpr, valueExpr] of expr.pairs) {
    const key = evaluate(keyExpr, env);
    if (key instanceof Fault) return key;
    if (typeof key !== 'string')
      return new Fault('template/wrong-type', `The key of a mapping is text, not ${kindOf(key)}.`, keyExpr);
    const value = evaluate(valueExpr, env);
    if (value instanceof Fault) return value;
    entries.set(key, value);
  }
  return weighed(env.budget, entries, expr);
}

function attribute(expr: Attribute, env: Environment): Value | Fault {
  const target = evaluate(expr.target, env);
  if (target instanceof Fault) return target;
  return readKey(target, expr.name, { at: expr.end - expr.name.length, end: expr.end });
}

function index(expr: Index, env: Environment): Value | Fault {
  const target = evaluate(expr.target, env);
  if (target instanceof Fault) return target;
  const key = evaluate(expr.key, env);
  if (key instanceof Fault) return key;
  if (typeof key === 'string') return readKey(target, key, expr.key);
  if (typeof key !== 'bigint')
    return new Fault('template/wrong-type', `An index is a whole number or text, not ${kindOf(key)}.`, expr.key);
  if (target === null || (typeof target !== 'string' && !isList(target)))
    return new Fault(
      'template/wrong-type',
      `${kindOf(target).replace(/^./, (first) => first.toUpperCase())} has no items by number.`,
      expr.key,
    );
  const items = typeof target === 'string' ? [...target] : target;
  const cost = typeof target === 'string' ? spend(env.budget, target.length >> 6, expr) : undefined;
  if (cost !== undefined) return cost;
  const item = items.at(Number(key));
  return item === undefined || key >= items.length || key < -items.length
    ? new Fault(
        'template/unknown-name',
        `The index ${key} is outside of the list, which has ${items.length} items.`,
        expr.key,
      )
    : item;
}

function readKey(target: Value, key: string, place: Offsets): Value | Fault {
  if (target === null || !isMap(target)) {
    const hint = target === null ? 'Guard it with "if" or "default".' : undefined;
    return new Fault(
      'template/unknown-name',
      `${kindOf(target).replace(/^./, (first) => first.toUpperCase())} has no "${key}".`,
      place,
      hint,
    );
  }
  const value = target.get(key);
  return value === undefined
    ? new Fault('template/unknown-name', `There is no "${key}" in this mapping.`, place, didYouMean(key, target.keys()))
    : value;
}

function slice(expr: Slice, env: Environment): Value | Fault {
  const target = evaluate(expr.target, env);
  if (target instanceof Fault) return target;
  if (target === null || (typeof target !== 'string' && !isList(target)))
    return new Fault(
      'template/wrong-type',
      `${kindOf(target).replace(/^./, (first) => first.toUpperCase())} cannot be cut.`,
      expr,
    );
  const bounds: (number | undefined)[] = [];
  for (const bound of [expr.start, expr.stop, expr.step]) {
    const value = bound === null ? null : evaluate(bound, env);
    if (value instanceof Fault) return value;
    if (value !== null && typeof value !== 'bigint')
      return new Fault('template/wrong-type', `A bound is a whole number, not ${kindOf(value)}.`, bound ?? expr);
    bounds.push(value === null ? undefined : Number(value));
  }
  const items = typeof target === 'string' ? [...target] : target;
  const cost = spend(env.budget, items.length >> 2, expr);
  if (cost !== undefined) return cost;
  const cut = cutItems(items, bounds[0], bounds[1], bounds[2] ?? 1, expr);
  if (cut instanceof Fault) return cut;
  return typeof target === 'string' ? cut.join('') : weighed(env.budget, cut, expr);
}

function cutItems(
  items: readonly Value[],
  start: number | undefined,
  stop: number | undefined,
  step: number,
  place: Offsets,
): readonly Value[] | Fault {
  if (step === 0) return new Fault('template/wrong-type', 'The step of a slice is not zero.', place);
  if (step === 1) return items.slice(start, stop);
  const size = items.length;
  const clamp = (bound: number): number =>
    Math.min(Math.max(bound < 0 ? bound + size : bound, step < 0 ? -1 : 0), step < 0 ? size - 1 : size);
  const from = start === undefined ? (step < 0 ? size - 1 : 0) : clamp(start);
  const to = stop === undefined ? (step < 0 ? -1 : size) : clamp(stop);
  const cut: Value[] = [];
  for (let at = from; step < 0 ? at > to : at < to; at += step) cut.push(items[at] ?? null);
  return cut;
}

function call(expr: Call, env: Environment): Value | Fault {
  const args = evaluateAll(expr.args.positional, env);
  if (args instanceof Fault) return args;
  if (expr.args.named.size > 0)
    return new Fault('template/wrong-type', `"${expr.method}" takes its arguments without names.`, expr);
  if (expr.target === null) return range(args, env, expr);
  const target = evaluate(expr.target, env);
  return target instanceof Fault ? target : callMethod(env.budget, target, expr.method, args, expr);
}

function range(args: readonly Value[], env: Environment, place: Offsets): Value | Fault {
  const numbers = args.filter((each) => typeof each === 'bigint');
  if (numbers.length !== args.length || args.length < 1 || args.length > 3)
    return new Fault('template/wrong-type', '"range" takes one to three whole numbers.', place);
  const [start, stop, step] =
    numbers.length === 1 ? [0n, numbers[0] ?? 0n, 1n] : [numbers[0] ?? 0n, numbers[1] ?? 0n, numbers[2] ?? 1n];
  if (step === 0n) return new Fault('template/wrong-type', 'The step of "range" is not zero.', place);
  const count = step > 0n ? (stop - start + step - 1n) / step : (start - stop - step - 1n) / -step;
  if (count > BigInt(templateLimits.weight))
    return new Fault(
      'template/too-much-work',
      `The range has more than ${templateLimits.weight} numbers.`,
      place,
      'Loop over less, or compute this inside the run.',
    );
  return weighed(
    env.budget,
    Array.from({ length: Math.max(0, Number(count)) }, (_, at) => start + BigInt(at) * step),
    place,
  );
}

function filter(expr: Filter, env: Environment): Value | Fault {
  if (expr.name === 'default' || expr.name === 'd') return orDefault(expr, env);
  const found = filters.get(expr.name);
  if (found === undefined) return unknownFilter(expr.name, expr);
  const target = evaluate(expr.target, env);
  if (target instanceof Fault) return target;
  const args = evaluateArgs(expr.args, env);
  return args instanceof Fault ? args : found(target, filterCall(args.positional, args.named, env, expr));
}

function unknownFilter(name: string, place: Offsets): Fault {
  return new Fault(
    'template/unknown-filter',
    `There is no filter "${name}".`,
    { at: place.at, end: place.at + name.length },
    didYouMean(name, [...filters.keys(), 'default']),
  );
}

function filterCall(
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  env: Environment,
  place: Offsets,
): FilterCall {
  return {
    budget: env.budget,
    place,
    args: positional,
    arg: (at, name) => (at >= 0 ? positional[at] : undefined) ?? named.get(name),
    apply: (name, value, args) => {
      const found = filters.get(name);
      return found === undefined
        ? unknownFilter(name, place)
        : (spend(env.budget, 1, place) ?? found(value, filterCall(args, new Map(), env, place)));
    },
  };
}

function evaluateArgs(
  args: Args,
  env: Environment,
): { readonly positional: readonly Value[]; readonly named: ReadonlyMap<string, Value> } | Fault {
  const positional = evaluateAll(args.positional, env);
  if (positional instanceof Fault) return positional;
  const named = new Map<string, Value>();
  for (const [name, each] of args.named) {
    const value = evaluate(each, env);
    if (value instanceof Fault) return value;
    named.set(name, value);
  }
  return { positional, named };
}

function orDefault(expr: Filter, env: Environment): Value | Fault {
  const target = evaluate(expr.target, env);
  if (target instanceof Fault && !isMissing(target)) return target;
  const args = evaluateArgs(expr.args, env);
  if (args instanceof Fault) return args;
  const otherwise = args.positional[0] ?? args.named.get('default_value') ?? '';
  if (target instanceof Fault) return otherwise;
  const falseToo = isTruthy(args.positional[1] ?? args.named.get('boolean') ?? false);
  return falseToo && !isTruthy(target) ? otherwise : target;
}

function test(expr: Test, env: Environment): Value | Fault {
  const target = evaluate(expr.target, env);
  if (expr.name === 'defined' || expr.name === 'undefined') {
    if (target instanceof Fault && !isMissing(target)) return target;
    return (target instanceof Fault === (expr.name === 'undefined')) !== expr.negated;
  }
  if (target instanceof Fault) return target;
  const found = tests.get(expr.name);
  if (found === undefined)
    return new Fault(
      'template/unknown-filter',
      `There is no test "${expr.name}".`,
      expr,
      didYouMean(expr.name, [...tests.keys(), 'defined']),
    );
  const args = evaluateAll(expr.args.positional, env);
  if (args instanceof Fault) return args;
  const passes = found(target, args, env.budget, expr);
  return passes instanceof Fault ? passes : passes !== expr.negated;
}

function compareChain(expr: Compare, env: Environment): Value | Fault {
  let left = evaluate(expr.first, env);
  if (left instanceof Fault) return left;
  for (const [operator, rightExpr] of expr.rest) {
    const right = evaluate(rightExpr, env);
    if (right instanceof Fault) return right;
    const holds = compare(env.budget, operator, left, right, { at: expr.at, end: rightExpr.end });
    if (holds !== true) return holds;
    left = right;
  }
  return true;
}

function conditional(expr: Conditional, env: Environment): Value | Fault {
  const condition = evaluate(expr.test, env);
  if (condition instanceof Fault) return condition;
  if (isTruthy(condition)) return evaluate(expr.whenTrue, env);
  return expr.otherwise === null ? '' : evaluate(expr.otherwise, env);
}
