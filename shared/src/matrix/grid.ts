import type { Value, ValueMap } from '../values/value.ts';
import type { Axis } from './axes.ts';
import { maxChildren } from './limits.ts';
import type { Points } from './points.ts';
import type { MatrixProblem, Suggestions } from './suggestions.ts';

/**
 * Every combination in the order of the params, the last one varying fastest; `numRuns` cuts the head (orchestration.md
 * 4.3). The suggestions are made one by one.
 */
export function gridOf(axes: readonly Axis[], numRuns: number | null): Suggestions | MatrixProblem {
  const columns: (readonly [string, Points])[] = [];
  for (const { name, values } of axes) {
    if (values.kind === 'drawn' || values.points.chances !== undefined) return inGrid(name);
    columns.push([name, values.points]);
  }
  const all = columns.reduce((product, [, points]) => product * points.count, columns.length === 0 ? 0 : 1);
  const count = Math.min(all, numRuns ?? all);
  if (count > maxChildren) return tooMany(count, numRuns === null ? ['params'] : ['numRuns']);
  return { count, [Symbol.iterator]: () => combinations(columns, count) };
}

/** Why a distribution cannot be in a grid; what is written as one is refused before. */
function inGrid(name: string): MatrixProblem {
  return {
    code: 'sanitize/distribution-in-grid',
    message: `"${name}" is a distribution, which a grid cannot enumerate.`,
    hint: 'Use "choice", "range" or "linspace", or the matrix kind "random".',
    path: ['params', name],
  };
}

/** The refusal of a matrix with more children than one may have, or than `most` for one with so many params. */
export function tooMany(count: number, path: readonly string[], most = maxChildren): MatrixProblem {
  return {
    code: 'matrix/too-many',
    message: `The matrix has ${count} runs; at most ${most} were expected.`,
    hint: 'Set a smaller "numRuns", or give fewer values.',
    path,
  };
}

function* combinations(columns: readonly (readonly [string, Points])[], count: number): Generator<ValueMap, undefined> {
  const at = columns.map(() => 0);
  for (let made = 0; made < count; made++) {
    yield new Map(columns.map(([name, points], column): [string, Value] => [name, points.at(at[column] ?? 0)]));
    // Counts up like an odometer, the last wheel first.
    for (let column = columns.length - 1; column >= 0; column--) {
      const next = (at[column] ?? 0) + 1;
      at[column] = next < (columns[column]?.[1].count ?? 0) ? next : 0;
      if (at[column] !== 0) break;
    }
  }
}
