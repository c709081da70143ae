import type { Axis } from './axes.ts';
import type { Points } from './points.ts';

/** Larger spaces are not listed: twice as many points as runs are allowed, so that even draws find new ones soon. */
export const largestListed = 200_000;

/**
 * The combinations of a discrete space of at most `largestListed` points, as indices of its points, that are not among the
 * known ones, whose keys are these indices with commas. Points that cannot be drawn and repeats of equal ones are left out.
 */
export function unusedCombinations(axes: readonly Axis[], known: ReadonlySet<string>): (readonly number[])[] {
  let rows: (readonly number[])[] = [[]];
  for (const { values } of axes) {
    const column = values.kind === 'points' ? usable(values.points) : [];
    rows = rows.flatMap((row) => column.map((index) => [...row, index]));
  }
  return rows.filter((row) => !known.has(row.join()));
}

/** The first index of each different value that may be drawn. */
function usable({ count, chances, firstOf }: Points): readonly number[] {
  const drawable = Array.from({ length: count }, (_, index) => index).filter((index) => (chances?.[index] ?? 1) > 0);
  return [...new Set(drawable.map(firstOf))];
}
