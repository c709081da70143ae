import type { ValueMap } from '../values/value.ts';
import type { Random } from './mersenne-twister.ts';

/** Draws a number; it may be infinite where the exponential of a draw is. */
export type Distribution = (random: Random) => number;

/**
 * The distribution of a hyper-parameter in its canonical form; undefined for other kinds. The bounds of `log` kinds are
 * exponents; `q` kinds are rounded down to multiples of q (orchestration.md 4.2).
 */
export function distributionOf(kind: string, value: ValueMap): Distribution | undefined {
  const match = /^(q?)(log)?(uniform|normal)$/.exec(kind);
  if (match === null) return undefined;
  const [, isRounded, isLog, shape] = match;
  const plain = shape === 'uniform' ? uniform(value) : normal(value);
  const scaled: Distribution = isLog === undefined ? plain : (random) => Math.exp(plain(random));
  if (isRounded === '') return scaled;
  const q = numberOf(value, 'q');
  return (random) => Math.floor(scaled(random) / q) * q;
}

function uniform(value: ValueMap): Distribution {
  const [low, high] = [numberOf(value, 'low'), numberOf(value, 'high')];
  return (random) => low + (high - low) * random.double();
}

function normal(value: ValueMap): Distribution {
  const [loc, scale] = [numberOf(value, 'loc'), numberOf(value, 'scale')];
  return (random) => loc + scale * random.normal();
}

function numberOf(value: ValueMap, name: string): number {
  return Number(value.get(name) ?? Number.NaN);
}
