import { isList, isMap, type Value } from '../values/value.ts';
import { arithmetic } from './arithmetic.ts';
import type { Comparison } from './ast.ts';
import type { Budget } from './budget.ts';
import { compare, equals } from './comparison.ts';
import { Fault, type Offsets } from './fault.ts';
import { isTruthy, kindOf, numeric } from './kinds.ts';

/** A test of `is`; it takes one argument or none. */
export interface TestEntry {
  readonly args: 0 | 1;
  readonly says: string;
  readonly run: (value: Value, arg: Value, budget: Budget, place: Offsets) => boolean | Fault;
}

/**
 * Every test of `is` by name: all of Jinja's, and `empty`. For values that are missing, `defined` and `undefined` are answered
 * where tests are applied, and `filter` there too, since it knows their table.
 */
export const tests: ReadonlyMap<string, TestEntry> = new Map<string, TestEntry>([
  ['defined', { args: 0, says: 'The name is there; null is there too.', run: () => true }],
  ['undefined', { args: 0, says: 'The name is not there.', run: () => false }],
  ['boolean', { args: 0, says: 'True or false.', run: (value) => typeof value === 'boolean' }],
  ['true', { args: 0, says: 'Exactly true.', run: (value) => value === true }],
  ['false', { args: 0, says: 'Exactly false.', run: (value) => value === false }],
  ['none', { args: 0, says: 'Null.', run: (value) => value === null }],
  ['integer', { args: 0, says: 'A whole number such as 3, but not 3.0.', run: (value) => typeof value === 'bigint' }],
  ['float', { args: 0, says: 'A number such as 3.0.', run: (value) => typeof value === 'number' }],
  ['number', { args: 0, says: 'A number or a boolean.', run: (value) => numeric(value) !== undefined }],
  ['string', { args: 0, says: 'Text.', run: (value) => typeof value === 'string' }],
  ['mapping', { args: 0, says: 'A mapping.', run: (value) => value !== null && isMap(value) }],
  ['sequence', { args: 0, says: 'A list, a mapping or text.', run: hasItems }],
  ['iterable', { args: 0, says: 'What a loop can go over.', run: hasItems }],
  ['callable', { args: 0, says: 'Never true: values are data.', run: () => false }],
  ['escaped', { args: 0, says: 'Never true: nothing is escaped by itself.', run: () => false }],
  ['filter', { args: 0, says: 'The text is the name of a filter.', run: () => false }],
  [
    'test',
    { args: 0, says: 'The text is the name of a test.', run: (value) => typeof value === 'string' && tests.has(value) },
  ],
  ['odd', { args: 0, says: 'An odd number.', run: (value, _, budget, place) => rest(value, 2n, 1n, budget, place) }],
  ['even', { args: 0, says: 'An even number.', run: (value, _, budget, place) => rest(value, 2n, 0n, budget, place) }],
  [
    'divisibleby',
    {
      args: 1,
      says: 'A multiple of the argument.',
      run: (value, by, budget, place) => rest(value, by, 0n, budget, place),
    },
  ],
  ['lower', { args: 0, says: 'Text in small letters.', run: (value) => isCased(value, (text) => text.toLowerCase()) }],
  ['upper', { args: 0, says: 'Text in large letters.', run: (value) => isCased(value, (text) => text.toUpperCase()) }],
  [
    'empty',
    {
      args: 0,
      says: 'Empty text, an empty list or an empty mapping.',
      run: (value) =>
        value !== null && (typeof value === 'string' || isList(value) || isMap(value)) && !isTruthy(value),
    },
  ],
  ['sameas', { args: 1, says: 'The very same value, of the same kind.', run: (value, other) => value === other }],
  ...comparisons([
    ['eq', '=='],
    ['equalto', '=='],
    ['ne', '!='],
    ['lt', '<'],
    ['lessthan', '<'],
    ['le', '<='],
    ['gt', '>'],
    ['greaterthan', '>'],
    ['ge', '>='],
    ['in', 'in'],
    // Jinja knows these too; they can only be named as text, `select('>', 1)`.
    ['==', '=='],
    ['!=', '!='],
    ['<', '<'],
    ['<=', '<='],
    ['>', '>'],
    ['>=', '>='],
  ]),
]);

function hasItems(value: Value): boolean {
  return typeof value === 'string' || (value !== null && typeof value === 'object');
}

function isCased(value: Value, change: (text: string) => string): boolean {
  return typeof value === 'string' && value === change(value) && value.toLowerCase() !== value.toUpperCase();
}

function comparisons(names: readonly (readonly [string, Comparison])[]): readonly (readonly [string, TestEntry])[] {
  return names.map(([name, operator]) => [
    name,
    {
      args: 1,
      says: `The same as ${operator}.`,
      run: (value, other, budget, place) => compare(budget, operator, value, other, place),
    },
  ]);
}

/** Whether the rest of a division is `wanted`; floats have rests too. */
function rest(value: Value, divisor: Value, wanted: bigint, budget: Budget, place: Offsets): boolean | Fault {
  const number = numeric(value);
  const by = numeric(divisor);
  if (number === undefined || by === undefined)
    return new Fault(
      'template/wrong-type',
      `The test takes a number, not ${kindOf(number === undefined ? value : divisor)}.`,
      place,
    );
  const remains = arithmetic(budget, '%', number, by, place);
  return remains instanceof Fault ? remains : equals(budget, remains, wanted, place);
}
