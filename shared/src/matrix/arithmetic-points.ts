/** A finite list of values, each made when it is asked for. */
export interface NumberPoints {
  readonly count: number;
  at(index: number): number;
}

interface Decimal {
  readonly digits: bigint;
  /** The digits stand this many places behind the point. */
  readonly places: number;
}

/**
 * `start`, `start + step`, … below `stop`, in the decimals that the author wrote: three steps of 0.1 are 0.3, and
 * `[1, 1.3, 0.1]` has three points, where binary fractions would give a fourth (orchestration.md 4.2, decisions.md 53).
 */
export function arithmeticPoints(start: number, stop: number, step: number): NumberPoints {
  const parts = [start, stop, step].map(decimalOf);
  const places = Math.max(...parts.map((each) => each.places));
  const [from = 0n, to = 0n, by = 1n] = parts.map((each) => each.digits * 10n ** BigInt(places - each.places));
  const count = Number((to - from + by - 1n) / by);
  return { count, at: (index) => Number(`${from + BigInt(index) * by}e${-places}`) };
}

/** A finite number as its shortest decimal text has it. */
function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}
