import { pythonText } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { spend, weighed } from './budget.ts';
import { Fault } from './fault.ts';
import type { FilterCall, FilterFunction } from './filter-call.ts';
import { binary, equals, isTruthy, kindOf, order } from './operators.ts';
import { tests } from './tests.ts';

/** Filters over lists; a map counts as the list of its keys and a text as the list of its characters, as in Jinja. */
export const sequenceFilters: readonly (readonly [string, FilterFunction])[] = [
  ['batch', batch],
  ['count', (value, call) => length(value, call)],
  ['dictsort', dictsort],
  [
    'first',
    (value, call) =>
      withItems(
        value,
        call,
        (items) =>
          items[0] ?? new Fault('template/wrong-type', 'The list is empty, so it has no first item.', call.place),
      ),
  ],
  ['groupby', groupby],
  [
    'items',
    (value, call) =>
      value !== null && isMap(value)
        ? weighed(
            call.budget,
            [...value].map(([key, each]): Value => [key, each]),
            call.place,
          )
        : wrong(call, value, 'a mapping'),
  ],
  [
    'last',
    (value, call) =>
      withItems(
        value,
        call,
        (items) =>
          items.at(-1) ?? new Fault('template/wrong-type', 'The list is empty, so it has no last item.', call.place),
      ),
  ],
  ['length', (value, call) => length(value, call)],
  ['list', (value, call) => withItems(value, call, (items) => items)],
  ['map', map],
  ['max', (value, call) => extreme(value, call, 1)],
  ['min', (value, call) => extreme(value, call, -1)],
  ['reject', (value, call) => select(value, call, (item) => item, 0, false)],
  ['rejectattr', (value, call) => select(value, call, attributeOf(call, 0), 1, false)],
  [
    'reverse',
    (value, call) =>
      typeof value === 'string' ? [...value].reverse().join('') : withItems(value, call, (items) => items.toReversed()),
  ],
  ['select', (value, call) => select(value, call, (item) => item, 0, true)],
  ['selectattr', (value, call) => select(value, call, attributeOf(call, 0), 1, true)],
  ['slice', slice],
  ['sort', sort],
  ['sum', sum],
  ['unique', unique],
];

/** The items of a list, a map's keys, or a text's characters; undefined for all else. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (typeof value === 'string') return [...value];
  if (value === null || typeof value !== 'object') return undefined;
  return isMap(value) ? [...value.keys()] : value;
}

function wrong(call: FilterCall, value: Value, wanted: string): Fault {
  return new Fault('template/wrong-type', `The filter takes ${wanted}, not ${kindOf(value)}.`, call.place);
}

function withItems(value: Value, call: FilterCall, use: (items: readonly Value[]) => Value | Fault): Value | Fault {
  const items = itemsOf(value);
  if (items === undefined) return wrong(call, value, 'a list');
  const cost = spend(call.budget, items.length, call.place);
  if (cost !== undefined) return cost;
  const result = use(items);
  return result instanceof Fault || result === null || typeof result !== 'object'
    ? result
    : weighed(call.budget, result, call.place);
}

function length(value: Value, call: FilterCall): Value | Fault {
  if (typeof value === 'string') return BigInt([...value].length);
  if (value === null || typeof value !== 'object') return wrong(call, value, 'a list, mapping or text');
  return BigInt(isMap(value) ? value.size : value.length);
}

/** How a filter looks at an item: the item itself, or the attribute that the argument names ("a.b" goes deeper). */
function attributeOf(call: FilterCall, at: number): (item: Value) => Value {
  const path = call.arg(at, 'attribute');
  if (path === undefined || path === null) return (item) => item;
  const steps = pythonText(path).split('.');
  return (item) =>
    steps.reduce<Value>((current, step) => {
      if (current !== null && isMap(current)) return current.get(step) ?? null;
      return current !== null && isList(current) && /^[0-9]+$/.test(step) ? (current[Number(step)] ?? null) : null;
    }, item);
}

function map(value: Value, call: FilterCall): Value | Fault {
  if (call.arg(-1, 'attribute') !== undefined) {
    const otherwise = call.arg(-1, 'default') ?? null;
    const pick = attributeOf(call, -1);
    return withItems(value, call, (items) => items.map((item) => pick(item) ?? otherwise));
  }
  return withItems(value, call, (items) => {
    const [name, ...rest] = call.args;
    const results: Value[] = [];
    for (const item of items) {
      const result = call.apply(pythonText(name ?? ''), item, rest);
      if (result instanceof Fault) return result;
      results.push(result);
    }
    return results;
  });
}

function select(
  value: Value,
  call: FilterCall,
  pick: (item: Value) => Value,
  testAt: number,
  wanted: boolean,
): Value | Fault {
  const name = call.args[testAt];
  const test = name === undefined ? undefined : tests.get(pythonText(name));
  if (name !== undefined && test === undefined)
    return new Fault('template/unknown-filter', `There is no test "${pythonText(name)}".`, call.place);
  return withItems(value, call, (items) => {
    const kept: Value[] = [];
    for (const item of items) {
      const picked = pick(item);
      const passes =
        test === undefined ? isTruthy(picked) : test(picked, call.args.slice(testAt + 1), call.budget, call.place);
      if (passes instanceof Fault) return passes;
      if (passes === wanted) kept.push(item);
    }
    return kept;
  });
}

/** Sorted copy, stable; a fault of a comparison is the result. */
function sorted(items: readonly Value[], call: FilterCall, key: (item: Value) => Value): readonly Value[] | Fault {
  let fault: Fault | undefined;
  const result = items.toSorted((left, right) => {
    if (fault !== undefined) return 0;
    const sign = order(call.budget, key(left), key(right), call.place);
    if (!(sign instanceof Fault)) return sign;
    fault = sign;
    return 0;
  });
  return fault ?? result;
}

const folded = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value);

function sort(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call, 2);
  const caseSensitive = isTruthy(call.arg(1, 'case_sensitive') ?? false);
  return withItems(value, call, (items) => {
    const result = sorted(items, call, (item) => (caseSensitive ? pick(item) : folded(pick(item))));
    return result instanceof Fault || !isTruthy(call.arg(0, 'reverse') ?? false) ? result : result.toReversed();
  });
}

function dictsort(value: Value, call: FilterCall): Value | Fault {
  if (value === null || !isMap(value)) return wrong(call, value, 'a mapping');
  const by = call.arg(1, 'by') === 'value' ? 1 : 0;
  const pairs = [...value].map(([key, each]): Value => [key, each]);
  const result = sorted(pairs, call, (pair) => folded(pair !== null && isList(pair) ? (pair[by] ?? null) : null));
  if (result instanceof Fault) return result;
  return weighed(call.budget, isTruthy(call.arg(2, 'reverse') ?? false) ? result.toReversed() : result, call.place);
}

function groupby(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call, 0);
  return withItems(value, call, (items) => {
    const ordered = sorted(items, call, (item) => folded(pick(item)));
    if (ordered instanceof Fault) return ordered;
    const groups: { readonly key: Value; readonly members: Value[] }[] = [];
    for (const item of ordered) {
      const key = pick(item);
      const last = groups.at(-1);
      const same = last === undefined ? false : equals(call.budget, folded(last.key), folded(key), call.place);
      if (same instanceof Fault) return same;
      if (same) last?.members.push(item);
      else groups.push({ key, members: [item] });
    }
    return groups.map(({ key, members }): Value => [key, members]);
  });
}

function extreme(value: Value, call: FilterCall, sign: 1 | -1): Value | Fault {
  const pick = attributeOf(call, 1);
  return withItems(value, call, (items) => {
    let best = items[0];
    if (best === undefined)
      return new Fault('template/wrong-type', 'The list is empty, so it has no largest or smallest item.', call.place);
    for (const item of items) {
      const compared = order(call.budget, folded(pick(item)), folded(pick(best)), call.place);
      if (compared instanceof Fault) return compared;
      if (compared * sign > 0) best = item;
    }
    return best;
  });
}

function sum(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call, 0);
  return withItems(value, call, (items) => {
    let total: Value = call.arg(1, 'start') ?? 0n;
    for (const item of items) {
      const next = binary(call.budget, '+', total, pick(item), call.place);
      if (next instanceof Fault) return next;
      total = next;
    }
    return total;
  });
}

function unique(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call, 1);
  return withItems(value, call, (items) => {
    const seen: Value[] = [];
    const kept: Value[] = [];
    for (const item of items) {
      const key = folded(pick(item));
      let known: boolean | Fault = false;
      for (const each of seen) {
        known = equals(call.budget, each, key, call.place);
        if (known !== false) break;
      }
      if (known instanceof Fault) return known;
      if (known) continue;
      seen.push(key);
      kept.push(item);
    }
    return kept;
  });
}

function batch(value: Value, call: FilterCall): Value | Fault {
  const size = Number(call.arg(0, 'linecount') ?? 0n);
  const fill = call.arg(1, 'fill_with');
  if (!(size >= 1) || size > 100_000)
    return new Fault('template/wrong-type', 'The filter "batch" takes a size from 1.', call.place);
  return withItems(value, call, (items) => {
    const rows: Value[] = [];
    for (let at = 0; at < items.length; at += size) {
      const row = items.slice(at, at + size);
      rows.push(
        fill === undefined || fill === null ? row : [...row, ...Array.from({ length: size - row.length }, () => fill)],
      );
    }
    return rows;
  });
}

function slice(value: Value, call: FilterCall): Value | Fault {
  const count = Number(call.arg(0, 'slices') ?? 0n);
  const fill = call.arg(1, 'fill_with');
  if (!(count >= 1) || count > 100_000)
    return new Fault('template/wrong-type', 'The filter "slice" takes a number of slices from 1.', call.place);
  return withItems(value, call, (items) => {
    const base = Math.floor(items.length / count);
    const longer = items.length % count;
    let at = 0;
    return Array.from({ length: count }, (_, index): Value => {
      const size = base + (index < longer ? 1 : 0);
      const row = items.slice(at, at + size);
      at += size;
      return fill !== undefined && fill !== null && index >= longer && longer > 0 ? [...row, fill] : row;
    });
  });
}
