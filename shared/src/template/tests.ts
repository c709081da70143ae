import { isList, isMap, type Value } from '../values/value.ts';
import type { Comparison } from './ast.ts';
import type { Budget } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import { compare, isTruthy, kindOf } from './operators.ts';

export type TestFunction = (value: Value, args: readonly Value[], budget: Budget, place: Offsets) => boolean | Fault;

/** Every test of `is` by name. `defined` and `undefined` are not here: they answer for missing names, so the evaluator has them. */
export const tests: ReadonlyMap<string, TestFunction> = new Map<string, TestFunction>([
  ['boolean', (value) => typeof value === 'boolean'],
  ['true', (value) => value === true],
  ['false', (value) => value === false],
  ['none', (value) => value === null],
  ['integer', (value) => typeof value === 'bigint'],
  ['float', (value) => typeof value === 'number'],
  ['number', (value) => typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'],
  ['string', (value) => typeof value === 'string'],
  ['mapping', (value) => value !== null && isMap(value)],
  ['sequence', (value) => typeof value === 'string' || (value !== null && typeof value === 'object')],
  ['iterable', (value) => typeof value === 'string' || (value !== null && typeof value === 'object')],
  ['callable', () => false],
  ['escaped', () => false],
  ['odd', (value, _, _budget, place) => remainder(value, 2n, place, 1n)],
  ['even', (value, _, _budget, place) => remainder(value, 2n, place, 0n)],
  [
    'divisibleby',
    (value, args, _, place) =>
      typeof args[0] === 'bigint'
        ? remainder(value, args[0], place, 0n)
        : new Fault('template/wrong-type', 'The test "divisibleby" takes a whole number.', place),
  ],
  ['lower', (value) => typeof value === 'string' && value === value.toLowerCase() && value !== value.toUpperCase()],
  ['upper', (value) => typeof value === 'string' && value === value.toUpperCase() && value !== value.toLowerCase()],
  [
    'empty',
    (value) => value !== null && (typeof value === 'string' || isList(value) || isMap(value)) && !isTruthy(value),
  ],
  ...comparisons([
    ['eq', '=='],
    ['equalto', '=='],
    ['sameas', '=='],
    ['ne', '!='],
    ['lt', '<'],
    ['lessthan', '<'],
    ['le', '<='],
    ['gt', '>'],
    ['greaterthan', '>'],
    ['ge', '>='],
    ['in', 'in'],
  ]),
]);

function comparisons(names: readonly (readonly [string, Comparison])[]): readonly (readonly [string, TestFunction])[] {
  return names.map(([name, operator]) => [
    name,
    (value, args, budget, place) => compare(budget, operator, value, args[0] ?? null, place),
  ]);
}

function remainder(value: Value, divisor: bigint, place: Offsets, wanted: bigint): boolean | Fault {
  if (typeof value !== 'bigint')
    return new Fault('template/wrong-type', `The test takes a whole number, not ${kindOf(value)}.`, place);
  if (divisor === 0n) return new Fault('template/wrong-type', 'A number is divided by zero.', place);
  return ((value % divisor) + divisor) % divisor === wanted;
}
