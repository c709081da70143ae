/**
 * At most so many requests a second, with a burst of twice as many: an API server is shared with everybody else in the
 * cluster (agent-and-kubernetes.md 7, row 4). Waiters go in order.
 */
export class RequestPace {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at = process.hrtime.bigint();
  #last: Promise<void> = Promise.resolve();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#burst = perSecond * 2;
    this.#tokens = this.#burst;
  }

  /** Resolves when it is our turn. */
  async turn(): Promise<void> {
    const before = this.#last;
    this.#last = this.#after(before);
    await this.#last;
  }

  async #after(before: Promise<void>): Promise<void> {
    await before;
    this.#refill();
    if (this.#tokens < 1) {
      const waitMs = Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
      await new Promise<void>((resolve) => setTimeout(resolve, waitMs));
      this.#refill();
    }
    this.#tokens -= 1;
  }

  #refill(): void {
    const now = process.hrtime.bigint();
    this.#tokens = Math.min(this.#burst, this.#tokens + (Number(now - this.#at) / 1e9) * this.#perSecond);
    this.#at = now;
  }
}
