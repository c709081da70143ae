import type { Clock } from '../../ports/clock.ts';

/** Turns that may follow one another at once after a pause. */
const burst = 4;
/** Time after which one more may, in ms. */
const everyMs = 25;

/**
 * How turns of work follow one another, each a transaction with a commit of its own: at once while they are rare, so that a
 * single run waits for nothing, and 40 a second where there is more, so that what comes meanwhile shares a turn.
 */
export class TurnPace {
  readonly #clock: Clock;
  #left = burst;
  #atMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#atMs = clock.nowMs();
  }

  /** Resolves when the next turn may begin. One caller at a time. */
  async turn(): Promise<void> {
    const waitMs = this.#take();
    if (waitMs > 0) await new Promise<void>((resolve) => void this.#clock.after(waitMs, resolve));
  }

  #take(): number {
    const nowMs = this.#clock.nowMs();
    // The clock may be set back.
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#left = Math.min(burst, this.#left + passedMs / everyMs) - 1;
    return this.#left < 0 ? -this.#left * everyMs : 0;
  }
}
