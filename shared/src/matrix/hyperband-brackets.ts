/** One round of a bracket: so many trials with so much of the resource each. */
export interface Rung {
  readonly bracketIteration: number;
  readonly numRuns: number;
  readonly resource: number;
  /** For a resource of type int: rounded down, at least 1. */
  readonly resourceInt: number;
}

/** Trials that begin together and of which the best go on, round by round. */
export interface Bracket {
  readonly iteration: number;
  readonly bracket: number;
  readonly rungs: readonly Rung[];
}

/** With more brackets than this the trials of one bracket hardly differ from those of the next. */
const mostBrackets = 64;

/**
 * The brackets of hyperband in their order, in exact arithmetic (orchestration.md 4.6): with floats, 243 and 3 would give
 * one bracket too few. Undefined when `eta` is not above 1, or so near to it that there is no end of brackets.
 */
export function hyperbandBrackets(maxIterations: number, eta: number): readonly Bracket[] | undefined {
  const { top, bottom } = ratioOf(eta);
  if (top <= bottom || !Number.isInteger(maxIterations) || maxIterations < 1) return undefined;
  const most = BigInt(maxIterations);
  let last = 0;
  while (top ** BigInt(last + 1) <= most * bottom ** BigInt(last + 1)) if (++last >= mostBrackets) return undefined;
  return Array.from({ length: last + 1 }, (_, iteration) => {
    const bracket = last - iteration;
    const up = BigInt(last + 1) * top ** BigInt(bracket);
    const down = BigInt(bracket + 1) * bottom ** BigInt(bracket);
    return { iteration, bracket, rungs: rungsOf((up + down - 1n) / down, bracket, most, { top, bottom }) };
  });
}

interface Ratio {
  readonly top: bigint;
  readonly bottom: bigint;
}

function rungsOf(first: bigint, bracket: number, most: bigint, eta: Ratio): readonly Rung[] {
  const rungs: Rung[] = [];
  for (let at = 0; at <= bracket; at++) {
    const numRuns = (first * eta.bottom ** BigInt(at)) / eta.top ** BigInt(at);
    if (numRuns < 1n) break;
    const rest = BigInt(bracket - at);
    const [up, down] = [most * eta.bottom ** rest, eta.top ** rest];
    rungs.push({
      bracketIteration: at,
      numRuns: Number(numRuns),
      resource: Number(up) / Number(down),
      resourceInt: Math.max(1, Number(up / down)),
    });
  }
  return rungs;
}

/** The fraction that the decimal text of a number is. */
function ratioOf(value: number): Ratio {
  if (!Number.isFinite(value) || value <= 0 || value > 1e15) return { top: 0n, bottom: 1n };
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = Math.min(fraction.length - Number(exponent), 400);
  const digits = BigInt(whole + fraction);
  return places >= 0
    ? { top: digits, bottom: 10n ** BigInt(places) }
    : { top: digits * 10n ** BigInt(-places), bottom: 1n };
}
