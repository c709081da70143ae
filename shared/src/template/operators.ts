import { isList, type Value } from '../values/value.ts';
import { arithmetic } from './arithmetic.ts';
import type { BinaryOperator } from './ast.ts';
import { type Budget, bounded, checkLength, printed, templateLimits, weighed } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import { capital, kindOf, numeric } from './kinds.ts';
import { percentFormat } from './percent-format.ts';

/**
 * An operator with two sides as Python has it; `+` joins texts and lists. `isTuple` says that the right side is written as
 * several values, which `%` takes one by one.
 */
export function binary(
  budget: Budget,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  place: Offsets,
  isTuple = false,
): Value | Fault {
  if (operator === '~') return concat(budget, left, right, place);
  if (operator === '%' && typeof left === 'string') {
    const values = isTuple && right !== null && isList(right) ? right : [right];
    return percentFormat(budget, left, values, isTuple ? null : right, place);
  }
  const leftNumber = numeric(left);
  const rightNumber = numeric(right);
  if (leftNumber !== undefined && rightNumber !== undefined)
    return arithmetic(budget, operator, leftNumber, rightNumber, place);
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return joined(budget, left, right, place);
    if (left !== null && right !== null && isList(left) && isList(right))
      return tooManyItems(left.length + right.length, place) ?? weighed(budget, [...left, ...right], place);
  }
  if (operator === '*') {
    if (typeof rightNumber === 'bigint') return repeat(budget, left, rightNumber, place);
    if (typeof leftNumber === 'bigint') return repeat(budget, right, leftNumber, place);
  }
  const hint =
    operator === '+' && (typeof left === 'string' || typeof right === 'string')
      ? 'Write "~" to join values as text.'
      : undefined;
  return new Fault(
    'template/wrong-type',
    `"${operator}" does not work on ${kindOf(left)} and ${kindOf(right)}.`,
    place,
    hint,
  );
}

function concat(budget: Budget, left: Value, right: Value, place: Offsets): string | Fault {
  const first = printed(budget, left, place);
  if (first instanceof Fault) return first;
  const second = printed(budget, right, place);
  return second instanceof Fault ? second : joined(budget, first, second, place);
}

function joined(budget: Budget, left: string, right: string, place: Offsets): string | Fault {
  return checkLength(left.length + right.length, place) ?? bounded(budget, left + right, place);
}

function repeat(budget: Budget, value: Value, times: bigint, place: Offsets): Value | Fault {
  const count = times < 0n ? 0 : Number(times);
  if (typeof value === 'string')
    return value === ''
      ? ''
      : (checkLength(value.length * count, place) ?? bounded(budget, value.repeat(count), place));
  if (value === null || !isList(value))
    return new Fault('template/wrong-type', `${capital(kindOf(value))} cannot be repeated.`, place);
  if (value.length === 0) return [];
  const length = value.length * count;
  return (
    tooManyItems(length, place) ??
    weighed(
      budget,
      Array.from({ length }, (_, at) => value[at % value.length] ?? null),
      place,
    )
  );
}

function tooManyItems(length: number, place: Offsets): Fault | undefined {
  return length <= templateLimits.weight
    ? undefined
    : new Fault(
        'template/too-much-work',
        `A list would have more than ${templateLimits.weight} items.`,
        place,
        'Make it smaller, or compute it inside the run.',
      );
}
