/** A bounded queue between those who read several streams and the one who takes: full, it makes writers wait. */
export class Mailbox<T> {
  readonly #most: number;
  readonly #items: T[] = [];
  #isEnded = false;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #writers: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Nobody takes any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Adds one, waiting for room. After `close` it is dropped. */
  async put(item: T): Promise<void> {
    while (this.#items.length >= this.#most && !this.#isClosed)
      await new Promise<void>((resolve) => this.#writers.push(resolve));
    if (this.#isClosed) return;
    this.#items.push(item);
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Gives up: writers go on and what they write is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#items.length = 0;
    this.#free();
    this.#wake();
  }

  /** What is there, at most `count`; waits for the first. Null: ended, or `signal` aborted. */
  async take(
    count: number,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly T[]; readonly isFull: boolean } | null> {
    while (this.#items.length === 0) {
      if (this.#isEnded || this.#isClosed || signal.aborted) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    const isFull = this.#items.length >= this.#most;
    const items = this.#items.splice(0, count);
    this.#free();
    return { items, isFull };
  }

  #free(): void {
    for (const writer of this.#writers.splice(0)) writer();
  }
}
