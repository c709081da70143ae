import type { Value } from '../values/value.ts';
import { attribute, index, lookUp, slice } from './access.ts';
import type { Args, Compare, Conditional, DictExpr, Expr, Filter, Test } from './ast.ts';
import { spend, weighed } from './budget.ts';
import { callMethod, range } from './calls.ts';
import { compare } from './comparison.ts';
import type { Environment } from './environment.ts';
import { Fault, isMissing } from './fault.ts';
import { type Given, nothingGiven } from './filter-call.ts';
import { applyFilter, applyTest } from './filters.ts';
import { isTruthy, kindOf, numeric } from './kinds.ts';
import { binary } from './operators.ts';
import { noArgs } from './parse-args.ts';

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
    case 'attribute': {
      const target = evaluate(expr.target, env);
      return target instanceof Fault ? target : attribute(target, expr);
    }
    case 'index': {
      const target = evaluate(expr.target, env);
      if (target instanceof Fault) return target;
      const key = evaluate(expr.key, env);
      return key instanceof Fault ? key : index(env.budget, target, key, expr);
    }
    case 'slice': {
      const target = evaluate(expr.target, env);
      if (target instanceof Fault) return target;
      const bounds = evaluateAll(
        [expr.start, expr.stop, expr.step].map((each) => each ?? nothing),
        env,
      );
      return bounds instanceof Fault ? bounds : slice(env.budget, target, bounds, expr);
    }
    case 'call': {
      const target = expr.target === null ? undefined : evaluate(expr.target, env);
      if (target instanceof Fault) return target;
      const given = evaluateArgs(expr.args, env);
      if (given instanceof Fault) return given;
      return target === undefined ? range(env.budget, given, expr) : callMethod(env.budget, target, given, expr);
    }
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
      if (right instanceof Fault) return right;
      const isTuple = expr.right.kind === 'list' && expr.right.isTuple;
      return binary(env.budget, expr.operator, left, right, expr, isTuple);
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

const nothing: Expr = { kind: 'literal', value: null, at: 0, end: 0, depth: 1 };

function evaluateAll(exprs: readonly Expr[], env: Environment): readonly Value[] | Fault {
  const values: Value[] = [];
  for (const each of exprs) {
    const value = evaluate(each, env);
    if (value instanceof Fault) return value;
    values.push(value);
  }
  return values;
}

function evaluateArgs(args: Args, env: Environment): Given | Fault {
  if (args === noArgs) return nothingGiven;
  const positional = evaluateAll(args.positional, env);
  if (positional instanceof Fault) return positional;
  const named = new Map<string, Value>();
  for (const [name, each] of args.named) {
    const value = evaluate(each, env);
    if (value instanceof Fault) return value;
    named.set(name, value);
  }
  return { args: positional, named };
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

function filter(expr: Filter, env: Environment): Value | Fault {
  const isDefault = expr.name === 'default' || expr.name === 'd';
  const target = isDefault ? evaluateGuarded(expr.target, env) : evaluate(expr.target, env);
  if (target instanceof Fault) return target;
  const given = evaluateArgs(expr.args, env);
  return given instanceof Fault ? given : applyFilter(env.budget, expr.name, target, given, expr);
}

function test(expr: Test, env: Environment): Value | Fault {
  const guards = expr.name === 'defined' || expr.name === 'undefined';
  const target = guards ? evaluateGuarded(expr.target, env) : evaluate(expr.target, env);
  if (target instanceof Fault) return target;
  const given = evaluateArgs(expr.args, env);
  if (given instanceof Fault) return given;
  const passes = applyTest(env.budget, expr.name, target, given, expr.nameAt, expr);
  return passes instanceof Fault ? passes : passes !== expr.negated;
}

/** The value of an expression, or undefined when it names something that is not there and a guard asks about just that. */
function evaluateGuarded(expr: Expr, env: Environment): Value | undefined | Fault {
  if (expr.kind === 'conditional' && expr.otherwise === null) {
    const condition = evaluate(expr.test, env);
    if (condition instanceof Fault) return condition;
    return isTruthy(condition) ? evaluateGuarded(expr.whenTrue, env) : undefined;
  }
  const value = evaluate(expr, env);
  return isMissing(value) && isGuarded(expr, value) ? undefined : value;
}

/**
 * Whether a missing thing is what the expression itself names. A guard is about a path or about a filter such as `first`; it
 * does not hide mistakes further inside: `(nope + 1) | default(2)` is an error, as in Jinja.
 */
function isGuarded(expr: Expr, fault: Fault): boolean {
  switch (expr.kind) {
    case 'name':
      return true;
    case 'attribute':
    case 'index':
      return fault.at >= expr.target.end || isGuarded(expr.target, fault);
    case 'filter':
      return fault.at === expr.at && fault.end === expr.end;
    default:
      return false;
  }
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
