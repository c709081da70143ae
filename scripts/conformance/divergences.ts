/** Differences that were decided: the reviewed list `test/conformance/divergences.json`. */
import { readFileSync } from 'node:fs';
import { isList, isMap, type Value } from '@tandem/shared/values';
import { type Difference, isEqual, valueAt } from './compare.ts';
import { readJsonText } from './read-case.ts';

/** Ours has this value at this place of this case, on purpose; `null`: ours has nothing there. */
export interface Divergence {
  readonly case: string;
  readonly pointer: string;
  readonly ours: Value;
  readonly reason: string;
  readonly demandedBy: string;
}

export function readDivergences(path: string): readonly Divergence[] {
  return divergencesOf(readJsonText(readFileSync(path, 'utf8'), path), path);
}

/** The entries of a list that was read from `path`; throws on one that does not say all that it must. */
export function divergencesOf(list: Value, path: string): readonly Divergence[] {
  if (list === null || !isList(list)) throw new Error(`${path} is no list.`);
  return list.map((entry, index) => {
    const text = (key: string): string => {
      const value = entry !== null && isMap(entry) ? entry.get(key) : undefined;
      if (typeof value !== 'string') throw new Error(`${path}: entry ${index} has no text "${key}".`);
      return value;
    };
    return {
      case: text('case'),
      pointer: text('pointer'),
      ours: valueAt(entry, '/ours'),
      reason: text('reason'),
      demandedBy: text('demanded_by'),
    };
  });
}

/** What is left of the differences of a case, and which entries explained the others. */
export interface Settled {
  readonly open: readonly Difference[];
  readonly decided: readonly Divergence[];
}

/** An entry explains the differences at its place as long as ours has the value that it lists; one that explains none is stale. */
export function settle(found: readonly Difference[], listed: readonly Divergence[], ours: Value): Settled {
  const explains = (entry: Divergence, { pointer }: Difference): boolean =>
    (pointer === entry.pointer || pointer.startsWith(`${entry.pointer}/`)) &&
    isEqual(entry.ours, valueAt(ours, entry.pointer));
  const decided = listed.filter((entry) => found.some((difference) => explains(entry, difference)));
  const stale = listed
    .filter((entry) => !decided.includes(entry))
    .map(({ pointer, ours: value }) => ({
      pointer,
      expected: value,
      got: valueAt(ours, pointer),
      note: 'The list of divergences has this place, but ours no longer differs there as listed.',
    }));
  const open = found.filter((difference) => !decided.some((entry) => explains(entry, difference)));
  return { open: [...open, ...stale], decided };
}
