import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { encodeWire } from '../wire/wire-json.ts';
import { arithmeticPoints } from './arithmetic-points.ts';
import { maxPoints } from './limits.ts';
import { dayPoints, timePoints } from './time-points.ts';

/** The values of a discrete hyper-parameter, each made when it is asked for. */
export interface Points {
  readonly count: number;
  /** How many of them are different. */
  readonly distinct: number;
  at(index: number): Value;
  /** The index of the first point that is equal to this one. */
  firstOf(index: number): number;
  /** How likely each one is, in order; undefined when all are alike. */
  readonly chances?: readonly number[];
}

/** Why a hyper-parameter has no points, as a sentence without its subject. */
export interface PointsFault {
  readonly fault: string;
}

/** The points of a hyper-parameter in its canonical form; null when it is a distribution (orchestration.md 4.2). */
export function pointsOf(kind: string, value: Value): Points | PointsFault | null {
  if (kind === 'choice') return isList(value) ? listPoints(value) : null;
  if (kind === 'pchoice') return isList(value) ? weightedPoints(value) : null;
  const spaced = value !== null && isMap(value) ? spacedPoints(kind, value) : undefined;
  if (spaced === undefined) return null;
  const { count, at } = spaced;
  if (!(count <= maxPoints)) return { fault: 'has more values than a search can tell apart' };
  // Neighbours at both ends show whether steps are lost in the precision of a float, and whether all are numbers.
  const probes = [0, 1, count - 2, count - 1].filter((index) => index >= 0 && index < count);
  const values = [...new Set(probes)].map(at);
  if (values.some((each) => typeof each === 'number' && !Number.isFinite(each)))
    return { fault: 'has values that are no finite numbers' };
  if (new Set(values).size < values.length) return { fault: 'has steps that are too small to tell its values apart' };
  return { count, distinct: count, at, firstOf: (index) => index };
}

function spacedPoints(kind: string, value: ValueMap): Pick<Points, 'count' | 'at'> | undefined {
  const number = (name: string, otherwise = Number.NaN): number => {
    const given = value.get(name) ?? null;
    return typeof given === 'number' || typeof given === 'bigint' ? Number(given) : otherwise;
  };
  const text = (name: string): string => String(value.get(name) ?? '');
  const [start, stop, num] = [number('start'), number('stop'), number('num')];
  switch (kind) {
    case 'range':
      return arithmeticPoints(start, stop, number('step'));
    case 'linspace':
      return { count: num, at: (index) => between(start, stop, num, index) };
    case 'logspace':
      return { count: num, at: (index) => number('base', 10) ** between(start, stop, num, index) };
    case 'geomspace':
      return { count: num, at: (index) => geometric(start, stop, num, index) };
    case 'daterange':
      return dayPoints(text('start'), text('stop'), number('step'));
    case 'datetimerange':
      return timePoints(text('start'), text('stop'), number('step'));
    default:
      return undefined;
  }
}

/** Both ends are among the points; a single point is the start. */
function between(start: number, stop: number, num: number, index: number): number {
  if (index === 0) return start;
  return index === num - 1 ? stop : start + (index * (stop - start)) / (num - 1);
}

function geometric(start: number, stop: number, num: number, index: number): number {
  if (index === 0) return start;
  return index === num - 1 ? stop : withoutPowerError(start * (stop / start) ** (index / (num - 1)));
}

/** Powers are wrong in their last digit, which makes 3.9999999999999996 of a 4 that an integer would take. */
function withoutPowerError(value: number): number {
  const short = Number(value.toPrecision(15));
  return Number(short.toPrecision(12)) === short ? short : value;
}

function listPoints(values: readonly Value[]): Points {
  const first = new Map<string, number>();
  const firsts = values.map((value, index) => {
    const key = keyOf(value);
    const known = first.get(key);
    if (known === undefined) first.set(key, index);
    return known ?? index;
  });
  return {
    count: values.length,
    distinct: first.size,
    at: (index) => values[index] ?? null,
    firstOf: (index) => firsts[index] ?? index,
  };
}

/** What is likely only by the rounding of sums is not likely at all. */
const never = 1e-9;

/** Pairs of value and chance; what the chances leave open goes to the last one (compiler.md 5). */
function weightedPoints(pairs: readonly Value[]): Points {
  let rest = 1;
  const chances = pairs.map((pair, index) => {
    const given = isPair(pair) ? Number(pair[1]) : 0;
    const chance = index === pairs.length - 1 ? rest : Math.min(given, rest);
    rest -= chance;
    return chance > never ? chance : 0;
  });
  const points = listPoints(pairs.map((pair) => (isPair(pair) ? (pair[0] ?? null) : null)));
  const possible = new Set(chances.flatMap((chance, index) => (chance > 0 ? [points.firstOf(index)] : [])));
  return { ...points, distinct: possible.size, chances };
}

function isPair(value: Value): value is readonly Value[] {
  return value !== null && isList(value);
}

/** Equal values have equal keys; 1 and 1.0 are equal, as in the language of the files' authors. */
export function keyOf(value: Value): string {
  return typeof value === 'number' || typeof value === 'bigint' ? `${value}` : encodeWire(value);
}
