import { pythonText } from '../values/print.ts';
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import type { BinaryOperator, Comparison } from './ast.ts';
import { type Budget, bounded, checkLength, spend, templateLimits, weighed } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import { percentFormat } from './percent-format.ts';

/** What counts as true: all but null, false, zero and the empty text, list or map. */
export function isTruthy(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return false;
  if (typeof value !== 'object') return true;
  return isMap(value) ? value.size > 0 : value.length > 0;
}

/** A name for the kind of a value, as messages say it. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'a boolean';
  if (typeof value === 'object') return isMap(value) ? 'a mapping' : 'a list';
  return 'a number';
}

type Numeric = bigint | number;

/** A number, with booleans as 1 and 0 as in Python; undefined for all else. */
export function numeric(value: Value): Numeric | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** Equality as Python has it: 1 == 1.0 == true; lists and maps by content. Costs one unit per compared node. */
export function equals(budget: Budget, left: Value, right: Value, place: Offsets): boolean | Fault {
  const cost = spend(budget, 1 + (typeof left === 'string' ? left.length >> 6 : 0), place);
  if (cost !== undefined) return cost;
  const leftNumber = numeric(left);
  const rightNumber = numeric(right);
  // The order of a bigint and a number compares the exact mathematical values; `===` does not.
  if (leftNumber !== undefined && rightNumber !== undefined)
    return !(leftNumber < rightNumber || leftNumber > rightNumber);
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (isMap(left) && isMap(right)) return equalMaps(budget, left, right, place);
  if (!isList(left) || !isList(right) || left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) {
    const same = equals(budget, left[at] ?? null, right[at] ?? null, place);
    if (same !== true) return same;
  }
  return true;
}

function equalMaps(budget: Budget, left: ValueMap, right: ValueMap, place: Offsets): boolean | Fault {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const other = right.get(key);
    if (other === undefined) return false;
    const same = equals(budget, value, other, place);
    if (same !== true) return same;
  }
  return true;
}

/** Order of two values: negative, zero or positive; a fault for kinds that have no order. */
export function order(budget: Budget, left: Value, right: Value, place: Offsets): number | Fault {
  const cost = spend(budget, 1, place);
  if (cost !== undefined) return cost;
  const leftNumber = numeric(left);
  const rightNumber = numeric(right);
  if (leftNumber !== undefined && rightNumber !== undefined)
    return leftNumber < rightNumber ? -1 : leftNumber > rightNumber ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (left === null || right === null || !isList(left) || !isList(right)) {
    return new Fault('template/wrong-type', `${capital(kindOf(left))} and ${kindOf(right)} have no order.`, place);
  }
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const sign = order(budget, left[at] ?? null, right[at] ?? null, place);
    if (sign !== 0) return sign;
  }
  return left.length - right.length;
}

/** One comparison of a chain. */
export function compare(
  budget: Budget,
  operator: Comparison,
  left: Value,
  right: Value,
  place: Offsets,
): boolean | Fault {
  switch (operator) {
    case '==':
      return equals(budget, left, right, place);
    case '!=': {
      const same = equals(budget, left, right, place);
      return same instanceof Fault ? same : !same;
    }
    case 'in':
      return contains(budget, right, left, place);
    case 'not in': {
      const inside = contains(budget, right, left, place);
      return inside instanceof Fault ? inside : !inside;
    }
    default: {
      const sign = order(budget, left, right, place);
      if (sign instanceof Fault) return sign;
      return operator === '<' ? sign < 0 : operator === '<=' ? sign <= 0 : operator === '>' ? sign > 0 : sign >= 0;
    }
  }
}

function contains(budget: Budget, container: Value, item: Value, place: Offsets): boolean | Fault {
  if (typeof container === 'string') {
    if (typeof item !== 'string')
      return new Fault('template/wrong-type', `Only text can be "in" text, not ${kindOf(item)}.`, place);
    return spend(budget, 1 + (container.length >> 6), place) ?? container.includes(item);
  }
  if (container !== null && isMap(container)) return typeof item === 'string' && container.has(item);
  if (container === null || !isList(container))
    return new Fault('template/wrong-type', `Nothing can be "in" ${kindOf(container)}.`, place);
  for (const each of container) {
    const same = equals(budget, each, item, place);
    if (same !== false) return same;
  }
  return false;
}

/** An arithmetic operator as Python has it: `/` gives a float, `//` and `%` round down, `+` joins texts and lists. */
export function binary(
  budget: Budget,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  place: Offsets,
): Value | Fault {
  if (operator === '~') return concat(budget, pythonText(left), pythonText(right), place);
  if (operator === '%' && typeof left === 'string') return percentFormat(budget, left, right, place);
  const leftNumber = numeric(left);
  const rightNumber = numeric(right);
  if (leftNumber !== undefined && rightNumber !== undefined)
    return arithmetic(operator, leftNumber, rightNumber, place);
  if (operator === '+') {
    if (typeof left === 'string' && typeof right === 'string') return concat(budget, left, right, place);
    if (left !== null && right !== null && isList(left) && isList(right))
      return weighed(budget, [...left, ...right], place);
  }
  if (operator === '*') {
    if (typeof right === 'bigint') return repeat(budget, left, right, place);
    if (typeof left === 'bigint') return repeat(budget, right, left, place);
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

function concat(budget: Budget, left: string, right: string, place: Offsets): string | Fault {
  return checkLength(left.length + right.length, place) ?? bounded(budget, left + right, place);
}

function repeat(budget: Budget, value: Value, times: bigint, place: Offsets): Value | Fault {
  const count = times < 0n ? 0 : Number(times);
  if (typeof value === 'string')
    return checkLength(value.length * count, place) ?? bounded(budget, value.repeat(value === '' ? 0 : count), place);
  if (value === null || !isList(value))
    return new Fault('template/wrong-type', `${capital(kindOf(value))} cannot be repeated.`, place);
  if (value.length * count > templateLimits.weight)
    return new Fault('template/too-much-work', `A list would have more than ${templateLimits.weight} items.`, place);
  return weighed(
    budget,
    Array.from({ length: value.length * count }, (_, at) => value[at % value.length] ?? null),
    place,
  );
}

function arithmetic(operator: BinaryOperator, left: Numeric, right: Numeric, place: Offsets): Value | Fault {
  if ((operator === '/' || operator === '//' || operator === '%') && Number(right) === 0)
    return new Fault('template/wrong-type', 'A number is divided by zero.', place);
  if (typeof left === 'bigint' && typeof right === 'bigint' && operator !== '/')
    return integers(operator, left, right, place);
  const a = Number(left);
  const b = Number(right);
  const result =
    operator === '+'
      ? a + b
      : operator === '-'
        ? a - b
        : operator === '*'
          ? a * b
          : operator === '/'
            ? a / b
            : operator === '//'
              ? Math.floor(a / b)
              : operator === '%'
                ? floatModulo(a, b)
                : a ** b;
  return Number.isFinite(result) ? result : new Fault('template/wrong-type', 'The result is no finite number.', place);
}

function floatModulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

function integers(operator: BinaryOperator, left: bigint, right: bigint, place: Offsets): Value | Fault {
  if (operator === '//') return floorDivide(left, right);
  if (operator === '%') return left - floorDivide(left, right) * right;
  if (operator === '**') return power(left, right, place);
  const result = operator === '+' ? left + right : operator === '-' ? left - right : left * right;
  return boundedInteger(result, place);
}

function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function power(base: bigint, exponent: bigint, place: Offsets): Value | Fault {
  if (exponent < 0n)
    return base === 0n
      ? new Fault('template/wrong-type', 'Zero has no negative power.', place)
      : Number(base) ** Number(exponent);
  const bits = base.toString(2).length * Number(exponent);
  if (bits > templateLimits.bits && base !== 0n && base !== 1n && base !== -1n) return tooManyBits(place);
  return base ** exponent;
}

function boundedInteger(value: bigint, place: Offsets): bigint | Fault {
  const limit = 1n << BigInt(templateLimits.bits);
  return value < limit && value > -limit ? value : tooManyBits(place);
}

function tooManyBits(place: Offsets): Fault {
  return new Fault('template/too-much-work', `A number would have more than ${templateLimits.bits} bits.`, place);
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
