import type { Value, ValueMap } from '../values/value.ts';
import type { Axis } from './axes.ts';
import { tooMany } from './grid.ts';
import { maxChildren, maxDrawnValues, maxRejections, maxTrialValues } from './limits.ts';
import { mersenneTwister, type Random } from './mersenne-twister.ts';
import type { Points } from './points.ts';
import type { MatrixProblem, Suggestions } from './suggestions.ts';
import { largestListed, unusedCombinations } from './unused-combinations.ts';

/** After so many draws in a row that give nothing new, what is left of a small discrete space is listed and drawn from. */
const patience = 1000;

/** One trial: its values, and a text that equal trials share. */
interface Trial {
  readonly values: readonly Value[];
  readonly key: string;
}

/**
 * Independent draws of all params in their order until `numRuns` different ones are found; a discrete space caps them
 * (orchestration.md 4.3). The same seed gives the same trials, one by one.
 */
export function randomOf(axes: readonly Axis[], numRuns: number, seed: number): Suggestions | MatrixProblem {
  const space = spaceOf(axes);
  const count = Math.min(numRuns, space ?? numRuns);
  const most = Math.min(maxChildren, Math.floor(maxTrialValues / Math.max(1, axes.length)));
  if (count > most) return tooMany(count, ['numRuns'], most);
  const names = axes.map(({ name }) => name);
  // Without a size, or with points too unlikely to be drawn and too many to be listed, only trying tells.
  if (space === null || (space > largestListed && axes.some(isUneven))) {
    let found = 0;
    for (const _ of trialsOf(axes, count, seed)) found++;
    if (found < count) return tooFew(found, count);
  }
  return {
    count,
    *[Symbol.iterator]() {
      for (const { values } of trialsOf(axes, count, seed))
        yield new Map(values.map((value, at): [string, Value] => [names[at] ?? '', value])) satisfies ValueMap;
    },
  };
}

function tooFew(found: number, wanted: number): MatrixProblem {
  return {
    code: 'matrix/too-few-values',
    message: `Only ${found} different suggestions were found, and new ones are too rare; ${wanted} were expected.`,
    hint: 'Set a smaller "numRuns", a smaller "q", or wider bounds.',
    path: ['numRuns'],
  };
}

/** Whether some values are likelier than others: by their chances, or because they are listed more than once. */
function isUneven({ values }: Axis): boolean {
  return (
    values.kind === 'points' && (values.points.chances !== undefined || values.points.distinct < values.points.count)
  );
}

/** How many different trials there are; null when a distribution has no such number. */
function spaceOf(axes: readonly Axis[]): number | null {
  let product = axes.length === 0 ? 0 : 1;
  for (const { values } of axes) {
    if (values.kind === 'drawn') return null;
    product *= values.points.distinct;
  }
  return product;
}

function* trialsOf(axes: readonly Axis[], count: number, seed: number): Generator<Trial, undefined> {
  const random = mersenneTwister(seed);
  const known = new Set<string>();
  const isListable = (spaceOf(axes) ?? Number.POSITIVE_INFINITY) <= largestListed;
  const mostRejections = isListable ? patience : maxRejections;
  const mostDraws = Math.floor(maxDrawnValues / Math.max(1, axes.length));
  let rejected = 0;
  for (let drawn = 0; known.size < count && rejected < mostRejections && drawn < mostDraws; drawn++) {
    const trial = draw(axes, random);
    if (trial === undefined || known.has(trial.key)) {
      rejected++;
      continue;
    }
    known.add(trial.key);
    rejected = 0;
    yield trial;
  }
  if (isListable && known.size < count)
    yield* withoutReplacement(unusedCombinations(axes, known), axes, count - known.size, random);
}

/** Trials out of a list of combinations, each at most once. */
function* withoutReplacement(
  unused: (readonly number[])[],
  axes: readonly Axis[],
  wanted: number,
  random: Random,
): Generator<Trial, undefined> {
  for (let made = 0; made < wanted && unused.length > 0; made++) {
    const at = random.index(unused.length);
    const chosen = unused[at] ?? [];
    const last = unused.pop() ?? [];
    if (at < unused.length) unused[at] = last;
    const values = axes.map((axis, column) =>
      axis.values.kind === 'points' ? axis.values.points.at(chosen[column] ?? 0) : null,
    );
    yield { values, key: chosen.join() };
  }
}

/** One draw of all params; undefined when one of them is no finite number. */
function draw(axes: readonly Axis[], random: Random): Trial | undefined {
  let finite = true;
  const keys: number[] = [];
  const values = axes.map(({ values: from }): Value => {
    if (from.kind === 'points') {
      const index = from.points.firstOf(indexIn(from.points, random));
      keys.push(index);
      return from.points.at(index);
    }
    const value = from.from(random);
    finite &&= Number.isFinite(value);
    keys.push(value);
    return value;
  });
  return finite ? { values, key: keys.join() } : undefined;
}

/** One of the points; weighted ones by asking each in turn whether it is the one, given that the former are not. */
function indexIn({ count, chances }: Points, random: Random): number {
  if (chances === undefined) return random.index(count);
  let rest = 1;
  for (const [index, chance] of chances.entries()) {
    if (index === chances.length - 1) break;
    if (random.chance(chance / rest)) return index;
    rest -= chance;
  }
  return chances.length - 1;
}
