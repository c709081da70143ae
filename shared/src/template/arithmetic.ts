import type { Value } from '../values/value.ts';
import type { BinaryOperator } from './ast.ts';
import { type Budget, isShort, spend, templateLimits } from './budget.ts';
import { bitLength, divideIntegers } from './exact.ts';
import { Fault, type Offsets } from './fault.ts';
import type { Numeric } from './kinds.ts';

/** Numbers as Python computes them: exact integers, `/` always a float, `//` and `%` rounding down. */
export function arithmetic(
  budget: Budget,
  operator: BinaryOperator,
  left: Numeric,
  right: Numeric,
  place: Offsets,
): Value | Fault {
  if ((operator === '/' || operator === '//' || operator === '%') && (right === 0n || right === 0))
    return new Fault('template/wrong-type', 'A number is divided by zero.', place);
  if (typeof left === 'bigint' && typeof right === 'bigint') return integers(budget, operator, left, right, place);
  const result = floats(operator, Number(left), Number(right));
  if (operator === '**' && Number(left) === 0 && Number(right) < 0) return noNegativePower(place);
  return finite(result, place);
}

function finite(result: number, place: Offsets): number | Fault {
  return Number.isFinite(result) ? result : new Fault('template/wrong-type', 'The result is no finite number.', place);
}

function floats(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return floorDivideFloats(left, right);
    case '%':
      return floatModulo(left, right);
    default:
      return left ** right;
  }
}

/** The rest has the sign of the divisor, a zero too. */
function floatModulo(left: number, right: number): number {
  const rest = left % right;
  if (rest === 0) return right < 0 ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}

/** From the rest, since the quotient itself may already be rounded up: 1.0 // 0.1 is 9.0. */
function floorDivideFloats(left: number, right: number): number {
  const quotient = (left - floatModulo(left, right)) / right;
  if (quotient === 0) return left / right < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function integers(
  budget: Budget,
  operator: BinaryOperator,
  left: bigint,
  right: bigint,
  place: Offsets,
): Value | Fault {
  if (!isShort(left) || !isShort(right)) {
    const cost = spend(budget, 40, place);
    if (cost !== undefined) return cost;
  }
  switch (operator) {
    case '/':
      return finite(divideIntegers(left, right), place);
    case '//':
      return floorDivide(left, right);
    case '%':
      return left - floorDivide(left, right) * right;
    case '**':
      return power(budget, left, right, place);
    case '+':
      return boundedInteger(left + right, place);
    case '-':
      return boundedInteger(left - right, place);
    default:
      return boundedInteger(left * right, place);
  }
}

function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function power(budget: Budget, base: bigint, exponent: bigint, place: Offsets): Value | Fault {
  if (exponent < 0n) return base === 0n ? noNegativePower(place) : finite(Number(base) ** Number(exponent), place);
  if (base === 0n || base === 1n || exponent === 0n) return exponent === 0n ? 1n : base;
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
  // One bit less than the base has, since a power of two has as many bits as its exponent says.
  const bits = (bitLength(base) - 1) * Number(exponent);
  if (bits > templateLimits.bits) return tooManyBits(place);
  return spend(budget, 1 + (bits >> 4), place) ?? boundedInteger(base ** exponent, place);
}

function noNegativePower(place: Offsets): Fault {
  return new Fault('template/wrong-type', 'Zero has no negative power.', place);
}

const limit = 1n << BigInt(templateLimits.bits);

function boundedInteger(value: bigint, place: Offsets): bigint | Fault {
  return value < limit && value > -limit ? value : tooManyBits(place);
}

function tooManyBits(place: Offsets): Fault {
  return new Fault('template/too-much-work', `A number would have more than ${templateLimits.bits} bits.`, place);
}
