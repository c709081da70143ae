/**
 * Time as the core sees it: injected, so that a test owns it. Two hands: `nowMs` may jump when somebody sets the
 * machine's clock, `monotonicMs` never does and measures durations.
 */
export interface Clock {
  /** Milliseconds since 1970, for times that are shown or sent. */
  nowMs(): number;
  /** Milliseconds since some moment, for durations only. */
  monotonicMs(): number;
  /** Calls `run` once, at least `ms` later. The timer alone does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Randomness as the core sees it. */
export interface Chance {
  /** From 0 (included) to 1 (excluded). */
  unit(): number;
  /** A new id; never the same twice. */
  id(): string;
}
