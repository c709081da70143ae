import { didYouMean } from '../diagnostics/suggest.ts';
import type { Value } from '../values/value.ts';
import type { Filter, Test } from './ast.ts';
import { type Budget, spend } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';
import { argOf, checkArgs, type FilterCall, type FilterEntry, filter, type Given } from './filter-call.ts';
import { groupFilters } from './filters-groups.ts';
import { htmlFilters } from './filters-html.ts';
import { numberFilters } from './filters-numbers.ts';
import { sequenceFilters } from './filters-sequences.ts';
import { shapeFilters } from './filters-shape.ts';
import { textFilters } from './filters-text.ts';
import { isTruthy } from './kinds.ts';
import { refusedFilters, refusedTests } from './refused.ts';
import { type TestEntry, tests } from './tests.ts';

/** Every filter by name (decisions.md 22): those of Jinja that only compute, and `map_format`. */
export const filters: ReadonlyMap<string, FilterEntry> = new Map(
  [
    ...['default', 'd'].map((name) =>
      filter(
        name,
        ['default_value?', 'boolean?'],
        'The value, or another one when it is missing; with boolean=true also when it is empty.',
        (value, call) => (isTruthy(call.arg('boolean') ?? false) && !isTruthy(value) ? otherwise(call) : value),
      ),
    ),
    ...textFilters,
    ...shapeFilters,
    ...htmlFilters,
    ...numberFilters,
    ...sequenceFilters,
    ...groupFilters,
  ].map((entry) => [entry.name, entry]),
);

function otherwise(call: FilterCall): Value {
  const value = call.arg('default_value');
  return value === undefined ? '' : value;
}

/** Applies a filter by name; `undefined` is a value that is not there, which only `default` answers. */
export function applyFilter(
  budget: Budget,
  name: string,
  value: Value | undefined,
  given: Given,
  place: Offsets,
): Value | Fault {
  const entry = filters.get(name);
  if (entry === undefined) return unknownFilter(name, place);
  const refused = checkArgs(entry, given, place);
  if (refused !== undefined) return refused;
  const call: FilterCall = {
    budget,
    place,
    args: given.args,
    named: given.named,
    arg: (param) => argOf(entry, given, param),
    apply: (inner, item, args) => spend(budget, 2, place) ?? applyFilter(budget, inner, item, args, place),
    test: (inner, item, args) =>
      spend(budget, 2, place) ?? applyTest(budget, inner, item, { args, named: new Map() }, place, place),
  };
  return value === undefined ? otherwise(call) : entry.run(value, call);
}

function unknownFilter(name: string, place: Offsets): Fault {
  return new Fault(
    'template/unknown-filter',
    `There is no filter "${name.slice(0, 80)}".`,
    { at: place.at, end: Math.min(place.end, place.at + name.length) },
    refusedFilters.get(name) ?? (() => didYouMean(name, filters.keys())),
  );
}

function unknownTest(name: string, nameAt: Offsets): Fault {
  return new Fault(
    'template/unknown-filter',
    `There is no test "${name.slice(0, 80)}".`,
    nameAt,
    refusedTests.get(name) ?? (() => didYouMean(name, tests.keys())),
  );
}

/** What is wrong with the names of filters and tests, whether or not they are ever reached. */
export function unknownFilters(named: readonly (Filter | Test)[]): readonly Fault[] {
  return named.flatMap((each): readonly Fault[] => {
    if (each.kind === 'filter') return filters.has(each.name) ? [] : [unknownFilter(each.name, each)];
    return tests.has(each.name) ? [] : [unknownTest(each.name, each.nameAt)];
  });
}

/** Asks a test by name; `undefined` is a value that is not there, which only `defined` and `undefined` answer. */
export function applyTest(
  budget: Budget,
  name: string,
  value: Value | undefined,
  given: Given,
  nameAt: Offsets,
  place: Offsets,
): boolean | Fault {
  const entry: TestEntry | undefined = tests.get(name);
  if (entry === undefined) return unknownTest(name, nameAt);
  if (given.args.length !== entry.args || given.named.size > 0)
    return new Fault(
      'template/wrong-type',
      `The test "${name}" takes ${entry.args === 0 ? 'no argument' : 'one argument'}.`,
      place,
    );
  if (value === undefined) {
    if (name === 'undefined') return true;
    if (name === 'defined') return false;
    return new Fault('template/unknown-name', 'An item does not have this attribute.', place);
  }
  if (name === 'filter') return typeof value === 'string' && filters.has(value);
  return entry.run(value, given.args[0] ?? null, budget, place);
}
