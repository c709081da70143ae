/** One measured case. */
export interface Case {
  readonly case: string;
  /** What the three figures are in: ms, MB, %, runs/s, s. */
  readonly unit: string;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** How many samples, or how many runs behind a rate. */
  readonly n: number;
  /** Median time of a one-row insert and commit on the same server at the same time; null: no server is part of the case. */
  readonly commitMs: number | null;
  /** What the figure should be, for the table. */
  readonly bar?: Bar;
}

/** Which of the figures is held against which limit. */
export interface Bar {
  readonly of: 'min' | 'median' | 'max';
  readonly is: 'at most' | 'at least';
  readonly limit: number;
}

/** Takes a case as soon as it is measured. */
export type Report = (result: Case) => void;

/** A file of `test/bench` exports one as `bench`. */
export interface Bench {
  /** One line for `--list`. */
  readonly about: string;
  /** Names of its parts, where it can run one of them alone. */
  readonly parts?: readonly string[];
  run(report: Report, options: BenchOptions): Promise<void>;
}

/** What may be asked of a benchmark besides its name. */
export interface BenchOptions {
  /** A Python that has the reference implementation, to be measured in the same run; null: ours alone. */
  readonly peer: string | null;
  /** The only part to run; null: all. */
  readonly only: string | null;
}

/** The case that samples of one thing make. Throws when there is none. */
export function caseOf(
  name: string,
  unit: string,
  samples: readonly number[],
  more: { readonly commitMs: number | null; readonly bar?: Bar; readonly n?: number },
): Case {
  const sorted = [...samples].sort((left, right) => left - right);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error(`the case "${name}" has no samples`);
  return { case: name, unit, min, median: median(sorted), max, n: samples.length, ...more };
}

/** The middle of a list; of two middles, their mean. 0 for an empty one. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
