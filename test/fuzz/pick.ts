import type { Random } from '../contract/random.ts';

/** One of a list, which must not be empty. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[random.below(from.length)];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
}
