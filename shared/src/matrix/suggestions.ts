import type { Code } from '../diagnostics/codes.ts';
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { axesOf } from './axes.ts';
import { gridOf, tooMany } from './grid.ts';
import { maxChildren } from './limits.ts';
import { randomOf } from './random-search.ts';

/** What a matrix suggests, made one by one while it is asked for; each iteration gives the same. */
export interface Suggestions {
  readonly count: number;
  [Symbol.iterator](): Iterator<ValueMap>;
}

/** Why a rendered matrix suggests nothing; `path` leads into the section. */
export interface MatrixProblem {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly path: readonly string[];
}

const mostSeed = 2 ** 32 - 1;

/**
 * The suggestions of a rendered matrix section, whose values may still have the raw forms that come out of templates. Null
 * for kinds that learn from their former runs. `drawnSeed` stands for a random search without a seed of its own; it is to
 * be kept with the run, so that a restart repeats it (orchestration.md 4.1 to 4.3).
 */
export function suggestionsOf(matrix: ValueMap, drawnSeed = 0): Suggestions | MatrixProblem | null {
  const kind = matrix.get('kind');
  if (kind === 'mapping') return mappingOf(matrix.get('values') ?? null);
  if (kind !== 'grid' && kind !== 'random') return null;
  const axes = axesOf(matrix.get('params'));
  if ('message' in axes) return axes;
  const numRuns = wholeNumber(matrix, 'numRuns', 1, Number.MAX_SAFE_INTEGER);
  if (numRuns !== null && typeof numRuns === 'object') return numRuns;
  if (kind === 'grid') return gridOf(axes, numRuns);
  const seed = wholeNumber(matrix, 'seed', 0, mostSeed);
  if (seed !== null && typeof seed === 'object') return seed;
  return randomOf(axes, numRuns ?? 1, seed ?? drawnSeed);
}

/** The rows in their order, repeats kept (orchestration.md 4.3). */
function mappingOf(rows: Value): Suggestions | MatrixProblem {
  if (rows === null || !isList(rows))
    return {
      code: 'matrix/bad-rows',
      message: 'The "values" of the mapping are no list; a list of mappings was expected.',
      hint: 'Let the template give a list such as [{a: 1}, {a: 2}].',
      path: ['values'],
    };
  if (rows.length > maxChildren) return tooMany(rows.length, ['values']);
  const maps = rows.filter((row) => row !== null && isMap(row));
  if (maps.length === rows.length) return { count: maps.length, [Symbol.iterator]: () => maps[Symbol.iterator]() };
  const bad = rows.findIndex((row) => row === null || !isMap(row));
  return {
    code: 'matrix/bad-rows',
    message: `Row ${bad + 1} of the mapping is no mapping.`,
    hint: 'Write each row as names with values, such as {a: 1}.',
    path: ['values', String(bad)],
  };
}

/** A number of the section, null when it is not given. */
function wholeNumber(matrix: ValueMap, name: string, least: number, most: number): number | null | MatrixProblem {
  const given = matrix.get(name) ?? null;
  if (given === null) return null;
  const number = typeof given === 'bigint' || typeof given === 'number' ? Number(given) : Number.NaN;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  const shown = typeof given === 'object' ? 'no number' : String(given).slice(0, 40);
  return {
    code: 'matrix/bad-number',
    message: `"${name}" of the matrix is ${shown}; a whole number ${range} was expected.`,
    hint: undefined,
    path: [name],
  };
}
