import { isMap, type Value } from '../values/value.ts';
import { checkWeight, weighed } from './budget.ts';
import { order, sameKey } from './comparison.ts';
import { Fault } from './fault.ts';
import { type FilterCall, type FilterEntry, filter } from './filter-call.ts';
import { foldedUnless, withItems } from './filters-sequences.ts';
import { flagArg, textArg, wholeArg, wrongKind } from './filters-text.ts';
import { newGroup } from './groups.ts';
import { attributeOf, itemOf } from './pick.ts';

/** Filters that put items in order or in groups. */
export const groupFilters: readonly FilterEntry[] = [
  filter('batch', ['linecount', 'fill_with?'], 'Lists of so many items each.', batch),
  filter(
    'dictsort',
    ['case_sensitive?', 'by?', 'reverse?'],
    'The pairs of a mapping in order of key or value.',
    dictsort,
  ),
  filter(
    'groupby',
    ['attribute', 'default?', 'case_sensitive?'],
    'Pairs of a value and the items that have it.',
    groupby,
  ),
  filter('slice', ['slices', 'fill_with?'], 'So many lists with the items in a row.', slice),
  filter('sort', ['reverse?', 'case_sensitive?', 'attribute?'], 'The items in order.', sort),
  filter('unique', ['case_sensitive?', 'attribute?'], 'Each item once.', unique),
];

interface Keyed {
  readonly key: Value;
  readonly item: Value;
}

/** Sorted copy; equal items keep their order, in reverse too. A fault of a comparison is the result. */
function sorted(items: readonly Keyed[], call: FilterCall, isReversed: boolean): readonly Keyed[] | Fault {
  let fault: Fault | undefined;
  const sign = isReversed ? -1 : 1;
  const result = items.toSorted((left, right) => {
    if (fault !== undefined) return 0;
    const compared = order(call.budget, left.key, right.key, call.place);
    if (!(compared instanceof Fault)) return compared * sign;
    fault = compared;
    return 0;
  });
  return fault ?? result;
}

function sort(value: Value, call: FilterCall): Value | Fault {
  const attribute = call.arg('attribute');
  const names = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const picks = names.map(attributeOf);
  const fold = foldedUnless(flagArg(call, 'case_sensitive'));
  return withItems(value, call, (items) => {
    const keyed: Keyed[] = [];
    for (const item of items) {
      const key: Value[] = [];
      for (const pick of picks) {
        const picked = itemOf(pick, item, call);
        if (picked instanceof Fault) return picked;
        key.push(fold(picked));
      }
      keyed.push({ key: picks.length === 1 ? (key[0] ?? null) : key, item });
    }
    const result = sorted(keyed, call, flagArg(call, 'reverse'));
    return result instanceof Fault ? result : result.map((each) => each.item);
  });
}

function dictsort(value: Value, call: FilterCall): Value | Fault {
  if (value === null || !isMap(value)) return wrongKind(call, value, 'a mapping');
  const by = textArg(call, 'by') ?? 'key';
  if (by !== 'key' && by !== 'value')
    return new Fault('template/wrong-type', '"dictsort" sorts by "key" or "value".', call.place);
  const fold = foldedUnless(flagArg(call, 'case_sensitive'));
  const pairs = [...value].map(([key, each]): Keyed => ({ key: fold(by === 'key' ? key : each), item: [key, each] }));
  const result = sorted(pairs, call, flagArg(call, 'reverse'));
  return result instanceof Fault
    ? result
    : weighed(
        call.budget,
        result.map((each) => each.item),
        call.place,
      );
}

function groupby(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call.arg('attribute'));
  const otherwise = call.arg('default') ?? null;
  const fold = foldedUnless(flagArg(call, 'case_sensitive'));
  const keyOf = (item: Value): Value | Fault => {
    const picked = otherwise === null ? itemOf(pick, item, call) : pick(item);
    return picked === undefined ? otherwise : picked;
  };
  return withItems(value, call, (items) => {
    const keyed: Keyed[] = [];
    for (const item of items) {
      const key = keyOf(item);
      if (key instanceof Fault) return key;
      keyed.push({ key: fold(key), item });
    }
    const ordered = sorted(keyed, call, false);
    if (ordered instanceof Fault) return ordered;
    const groups: { readonly sign: string; readonly key: Value; readonly members: Value[] }[] = [];
    for (const { key, item } of ordered) {
      const sign = checkWeight(call.budget, key, call.place) ?? sameKey(key);
      if (sign instanceof Fault) return sign;
      const last = groups.at(-1);
      if (last?.sign === sign) {
        last.members.push(item);
        continue;
      }
      // The group is named as its first item has it, with its case.
      const shown = keyOf(item);
      if (shown instanceof Fault) return shown;
      groups.push({ sign, key: shown, members: [item] });
    }
    return groups.map(({ key, members }): Value => newGroup(key, members));
  });
}

function unique(value: Value, call: FilterCall): Value | Fault {
  const pick = attributeOf(call.arg('attribute'));
  const fold = foldedUnless(flagArg(call, 'case_sensitive'));
  return withItems(value, call, (items) => {
    const seen = new Set<string>();
    const kept: Value[] = [];
    for (const item of items) {
      const picked = itemOf(pick, item, call);
      if (picked instanceof Fault) return picked;
      const sign = checkWeight(call.budget, picked, call.place) ?? sameKey(fold(picked));
      if (sign instanceof Fault) return sign;
      if (seen.has(sign)) continue;
      seen.add(sign);
      kept.push(item);
    }
    return kept;
  });
}

const mostRows = 100_000;

function batch(value: Value, call: FilterCall): Value | Fault {
  const size = wholeArg(call, 'linecount', 0);
  const fill = call.arg('fill_with') ?? null;
  if (size < 1 || size > mostRows)
    return new Fault('template/wrong-type', `The filter "batch" takes a size from 1 to ${mostRows}.`, call.place);
  return withItems(value, call, (items) => {
    const rows: Value[] = [];
    for (let at = 0; at < items.length; at += size) {
      const row = items.slice(at, at + size);
      rows.push(fill === null ? row : [...row, ...Array.from({ length: size - row.length }, () => fill)]);
    }
    return rows;
  });
}

function slice(value: Value, call: FilterCall): Value | Fault {
  const count = wholeArg(call, 'slices', 0);
  const fill = call.arg('fill_with') ?? null;
  if (count < 1 || count > mostRows)
    return new Fault(
      'template/wrong-type',
      `The filter "slice" takes a number of slices from 1 to ${mostRows}.`,
      call.place,
    );
  return withItems(value, call, (items) => {
    const base = Math.floor(items.length / count);
    const longer = items.length % count;
    let at = 0;
    return Array.from({ length: count }, (_, index): Value => {
      const size = base + (index < longer ? 1 : 0);
      const row = items.slice(at, at + size);
      at += size;
      // Jinja fills every row but the longer ones, also when none is longer.
      return fill !== null && index >= longer ? [...row, fill] : row;
    });
  });
}
