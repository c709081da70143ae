import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import type { Call } from './ast.ts';
import { type Budget, templateLimits, weighed } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import type { Given } from './filter-call.ts';
import { capital, kindOf, numeric } from './kinds.ts';
import { listMethod } from './list-methods.ts';
import { textMethod } from './text-methods.ts';

/** `range(stop)`, `range(start, stop)`, `range(start, stop, step)`: the one free function. */
export function range(budget: Budget, given: Given, place: Offsets): Value | Fault {
  const numbers = given.args.map(numeric).filter((each) => typeof each === 'bigint');
  if (given.named.size > 0 || numbers.length !== given.args.length || numbers.length < 1 || numbers.length > 3)
    return new Fault('template/wrong-type', '"range" takes one to three whole numbers.', place);
  const [first = 0n, second, step = 1n] = numbers;
  const [start, stop] = second === undefined ? [0n, first] : [first, second];
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
    budget,
    Array.from({ length: Math.max(0, Number(count)) }, (_, at) => start + BigInt(at) * step),
    place,
  );
}

/** A call of one of the pure methods that decisions.md 22 lists; there are no others but `loop.cycle`. */
export function callMethod(budget: Budget, target: Value, given: Given, expr: Call): Value | Fault {
  const { method } = expr;
  if (typeof target === 'string') return textMethod(budget, target, method, given, expr) ?? noMethod(target, expr);
  const { args } = given;
  if (given.named.size > 0)
    return new Fault('template/wrong-type', `"${method}" takes its arguments without names.`, expr);
  const result =
    target === null || typeof target !== 'object'
      ? undefined
      : isList(target)
        ? listMethod(budget, target, method, args, expr)
        : isMap(target)
          ? mapMethod(budget, target, args, expr)
          : undefined;
  return result === undefined ? noMethod(target, expr) : result;
}

function mapMethod(budget: Budget, target: ValueMap, args: readonly Value[], expr: Call): Value | undefined | Fault {
  const [first = null, second = null] = args;
  switch (expr.method) {
    case 'items':
      return args.length > 0
        ? undefined
        : weighed(
            budget,
            [...target].map(([key, value]): Value => [key, value]),
            expr,
          );
    case 'keys':
      return args.length > 0 ? undefined : weighed(budget, [...target.keys()], expr);
    case 'values':
      return args.length > 0 ? undefined : weighed(budget, [...target.values()], expr);
    case 'get': {
      if (args.length < 1 || args.length > 2)
        return new Fault(
          'template/wrong-type',
          'The method "get" takes a key, and what stands for a missing one.',
          expr,
        );
      const found = typeof first === 'string' ? target.get(first) : undefined;
      return found === undefined ? second : found;
    }
    case 'cycle':
      return cycle(target, args, expr);
    default:
      return undefined;
  }
}

/** `loop.cycle('odd', 'even')`: the argument whose turn it is. */
function cycle(loop: ValueMap, args: readonly Value[], expr: Call): Value | undefined | Fault {
  const at = loop.get('index0');
  if (expr.target?.kind !== 'name' || expr.target.name !== 'loop' || typeof at !== 'bigint') return undefined;
  return args[Number(at) % args.length] ?? (args.length > 0 ? null : undefined);
}

function noMethod(target: Value, expr: Call): Fault {
  return new Fault(
    'template/not-allowed',
    `${capital(kindOf(target))} has no method "${expr.method}" with these arguments here.`,
    expr,
    'Use a filter: {{ value | name }}.',
  );
}
