/** Chance that can be had again: the same seed gives the same numbers. */
export interface Random {
  readonly seed: number;
  /** At least 0, below 1. */
  unit(): number;
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many characters of an alphabet. */
  text(length: number, alphabet?: string): string;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Seeded by `TANDEM_SEED`, else by the clock; says the seed, so that a failure can be played again. */
export function randomOfTest(what: string): Random {
  const given = process.env['TANDEM_SEED'];
  const random = randomFrom(given === undefined ? Date.now() % 2 ** 31 : Number(given));
  console.log(`      ${what}: TANDEM_SEED=${random.seed}`);
  return random;
}

/** mulberry32: small, fast, and good enough to choose what breaks next. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(unit() * end);
  return {
    seed,
    unit,
    below,
    pick: <T>(from: readonly T[]): T => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
    text: (length, alphabet = letters) => Array.from({ length }, () => alphabet[below(alphabet.length)]).join(''),
  };
}
