/** A source of chance that gives the same draws for the same seed. */
export interface Random {
  /** From 0 to below 1, of 53 bits. */
  double(): number;
  /** A whole number from 0 to below `count`, which is at most 2^32. */
  index(count: number): number;
  /** From the standard normal distribution. */
  normal(): number;
  /** True with the probability `chance`. */
  chance(chance: number): boolean;
}

const size = 624;
const middle = 397;

/**
 * MT19937 (Matsumoto and Nishimura 1998) with the derived draws that orchestration.md 4.3 prescribes, so that a seeded
 * search of a moved file gives the same trials as before. `seed` is a whole number from 0 to 2^32 − 1.
 */
export function mersenneTwister(seed: number): Random {
  const next = words(seed);
  let kept: number | null = null;
  const double = (): number => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
  return {
    double,
    index(count) {
      if (count <= 1) return 0;
      const mask = 2 ** (32 - Math.clz32(count - 1)) - 1;
      for (;;) {
        const word = (next() & mask) >>> 0;
        if (word < count) return word;
      }
    },
    normal() {
      if (kept !== null) {
        const value = kept;
        kept = null;
        return value;
      }
      for (;;) {
        const first = 2 * double() - 1;
        const second = 2 * double() - 1;
        const square = first * first + second * second;
        if (square >= 1 || square === 0) continue;
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        kept = factor * first;
        return factor * second;
      }
    },
    chance(chance) {
      if (chance <= 0) return false;
      return chance <= 0.5 ? isBelow(chance, double) : !isBelow(1 - chance, double);
    },
  };
}

/** One trial by inversion of the binomial distribution; its tail beyond one success is drawn again. */
function isBelow(chance: number, double: () => number): boolean {
  const none = Math.exp(Math.log(1 - chance));
  for (;;) {
    const drawn = double();
    if (drawn <= none) return false;
    if (drawn - none <= chance) return true;
  }
}

/** The 32-bit words of the generator, one by one. */
function words(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let at = 1; at < size; at++) {
    const former = state[at - 1] ?? 0;
    state[at] = Math.imul(1_812_433_253, former ^ (former >>> 30)) + at;
  }
  let position = size;
  return () => {
    if (position === size) {
      twist(state);
      position = 0;
    }
    let word = state[position++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let at = 0; at < size; at++) {
    const word = ((state[at] ?? 0) & 0x80000000) | ((state[(at + 1) % size] ?? 0) & 0x7fffffff);
    state[at] = (state[(at + middle) % size] ?? 0) ^ (word >>> 1) ^ ((word & 1) * 0x9908b0df);
  }
}
