import { isMap, type Value } from '../values/value.ts';
import { readable, spend, weighed } from './budget.ts';
import { order } from './comparison.ts';
import { Fault } from './fault.ts';
import { type FilterCall, type FilterEntry, filter } from './filter-call.ts';
import { flagArg, wrongKind } from './filters-text.ts';
import { isTruthy, itemsOf } from './kinds.ts';
import { binary } from './operators.ts';
import { attributeOf, itemOf, type Pick } from './pick.ts';
import { lengthOf } from './text-units.ts';

/** Filters over lists; a map counts as the list of its keys and a text as the list of its characters, as in Jinja. */
export const sequenceFilters: readonly FilterEntry[] = [
  filter('count', [], 'The same as length.', length),
  filter('first', [], 'The first item.', (value, call) =>
    withItems(value, call, (items) => items[0] ?? (items.length > 0 ? null : emptyList(call, 'first'))),
  ),
  filter('items', [], 'The keys and values of a mapping, as pairs.', (value, call) =>
    value !== null && isMap(value)
      ? weighed(
          call.budget,
          [...value].map(([key, each]): Value => [key, each]),
          call.place,
        )
      : wrongKind(call, value, 'a mapping'),
  ),
  filter('last', [], 'The last item.', (value, call) =>
    withItems(value, call, (items) => items.at(-1) ?? (items.length > 0 ? null : emptyList(call, 'last'))),
  ),
  filter('length', [], 'How many items, keys or characters there are.', length),
  filter('list', [], 'The items as a list; of text, its characters.', (value, call) =>
    withItems(value, call, (items) => items),
  ),
  filter('map', 'any', 'Each item changed by a filter, or its attribute: map("upper"), map(attribute="name").', map),
  filter('max', ['case_sensitive?', 'attribute?'], 'The largest item.', (value, call) => extreme(value, call, 1)),
  filter('min', ['case_sensitive?', 'attribute?'], 'The smallest item.', (value, call) => extreme(value, call, -1)),
  filter('reject', 'any', 'The items that do not pass a test: reject("odd").', (value, call) =>
    select(value, call, undefined, false),
  ),
  filter('rejectattr', 'any', 'The items whose attribute does not pass a test.', (value, call) =>
    selectAttribute(value, call, false),
  ),
  filter('reverse', [], 'The items, or the text, from the end.', (value, call) =>
    withItems(value, call, (items) => (typeof value === 'string' ? items.toReversed().join('') : items.toReversed())),
  ),
  filter('select', 'any', 'The items that pass a test: select("odd").', (value, call) =>
    select(value, call, undefined, true),
  ),
  filter('selectattr', 'any', 'The items whose attribute passes a test: selectattr("age", "gt", 20).', (value, call) =>
    selectAttribute(value, call, true),
  ),
  filter('sum', ['attribute?', 'start?'], 'The items added up.', sum),
];

/** Lets a filter work on items, paid for by their number; what it makes is weighed. */
export function withItems(
  value: Value,
  call: FilterCall,
  use: (items: readonly Value[]) => Value | Fault,
): Value | Fault {
  const text = typeof value === 'string' ? readable(call.budget, value, call.place) : '';
  if (text instanceof Fault) return text;
  const items = itemsOf(value);
  if (items === undefined) return wrongKind(call, value, 'a list');
  const cost = spend(call.budget, items.length, call.place);
  if (cost !== undefined) return cost;
  const result = use(items);
  return result instanceof Fault || result === null || typeof result !== 'object'
    ? result
    : weighed(call.budget, result, call.place);
}

/** What has no value since the list is empty; `default` can answer for it, as in Jinja. */
function emptyList(call: FilterCall, which: string): Fault {
  return new Fault(
    'template/unknown-name',
    `The list is empty, so it has no ${which} item.`,
    call.place,
    'Guard it with "default".',
  );
}

function length(value: Value, call: FilterCall): Value | Fault {
  if (typeof value === 'string') return spend(call.budget, value.length >> 6, call.place) ?? BigInt(lengthOf(value));
  if (value === null || typeof value !== 'object') return wrongKind(call, value, 'a list, mapping or text');
  return BigInt(isMap(value) ? value.size : value.length);
}

function map(value: Value, call: FilterCall): Value | Fault {
  const [name, ...args] = call.args;
  if (name !== undefined && typeof name !== 'string')
    return new Fault('template/wrong-type', 'The filter "map" takes the name of a filter.', call.place);
  if (name === undefined) return mapAttribute(value, call);
  return eachItem(value, call, (item) => call.apply(name, item, { args, named: call.named }));
}

function mapAttribute(value: Value, call: FilterCall): Value | Fault {
  const attribute = call.named.get('attribute');
  const known = ['attribute', 'default'];
  if (attribute === undefined || [...call.named.keys()].some((each) => !known.includes(each)))
    return new Fault(
      'template/wrong-type',
      'The filter "map" takes the name of a filter, or an attribute.',
      call.place,
      'Write map("upper") or map(attribute="name").',
    );
  const pick = attributeOf(attribute);
  const otherwise = call.named.get('default') ?? null;
  return eachItem(value, call, (item) => {
    const picked = otherwise === null ? itemOf(pick, item, call) : pick(item);
    return picked === undefined ? otherwise : picked;
  });
}

function eachItem(value: Value, call: FilterCall, change: (item: Value) => Value | Fault): Value | Fault {
  return withItems(value, call, (items) => {
    const results: Value[] = [];
    for (const item of items) {
      const result = change(item);
      if (result instanceof Fault) return result;
      results.push(result);
    }
    return results;
  });
}

function selectAttribute(value: Value, call: FilterCall, wanted: boolean): Value | Fault {
  const [attribute] = call.args;
  if (attribute === undefined)
    return new Fault(
      'template/wrong-type',
      'The filter takes an attribute.',
      call.place,
      'Write selectattr("name") or selectattr("name", "eq", 1).',
    );
  return select(value, call, attributeOf(attribute), wanted);
}

/**
 * Keeps the items of which the test gives what is wanted. Without a test an item counts by whether it is true, and one that
 * lacks the attribute counts as false, since being asked for it is the purpose.
 */
function select(value: Value, call: FilterCall, pick: Pick | undefined, wanted: boolean): Value | Fault {
  const [name, ...args] = pick === undefined ? call.args : call.args.slice(1);
  if ((name !== undefined && typeof name !== 'string') || call.named.size > 0)
    return new Fault('template/wrong-type', 'The filter takes the name of a test and its argument.', call.place);
  return withItems(value, call, (items) => {
    const kept: Value[] = [];
    for (const item of items) {
      const picked = pick === undefined ? item : pick(item);
      const passes = name === undefined ? isTrue(picked) : call.test(name, picked, args);
      if (passes instanceof Fault) return passes;
      if (passes === wanted) kept.push(item);
    }
    return kept;
  });
}

function isTrue(value: Value | undefined): boolean {
  return value !== undefined && isTruthy(value);
}

/** Text without its case, unless case matters; Jinja compares so wherever it sorts. */
export function foldedUnless(caseSensitive: boolean): (value: Value) => Value {
  return (value) => (typeof value === 'string' && !caseSensitive ? value.toLowerCase() : value);
}

function extreme(value: Value, call: FilterCall, sign: 1 | -1): Value | Fault {
  const pick = attributeOf(call.arg('attribute'));
  const fold = foldedUnless(flagArg(call, 'case_sensitive'));
  return withItems(value, call, (items) => {
    let best: { readonly item: Value; readonly key: Value } | undefined;
    for (const item of items) {
      const picked = itemOf(pick, item, call);
      if (picked instanceof Fault) return picked;
      const key = fold(picked);
      const compared = best === undefined ? sign : order(call.budget, key, best.key, call.place);
      if (compared instanceof Fault) return compared;
      if (compared * sign > 0) best = { item, key };
    }
    return best === undefined ? emptyList(call, sign > 0 ? 'largest' : 'smallest') : best.item;
  });
}

function sum(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call.arg('attribute'));
  return withItems(value, call, (items) => {
    let total: Value = call.arg('start') ?? 0n;
    if (typeof total === 'string')
      return new Fault('template/wrong-type', 'Texts are not added up.', call.place, 'Use join.');
    for (const item of items) {
      const picked = itemOf(pick, item, call);
      const next: Value | Fault =
        picked instanceof Fault ? picked : binary(call.budget, '+', total, picked, call.place);
      if (next instanceof Fault) return next;
      total = next;
    }
    return total;
  });
}
