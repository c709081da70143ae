/**
 * Lets one sender through as long as the reader has given credits and the transport has room. What is not taken stays
 * where it is, in the log file; nothing is buffered here.
 */
export class Gate {
  #credits = 0;
  #full = false;
  #isOpen = false;
  #wake: (() => void) | null = null;

  /** The reader takes so many more chunks. */
  allow(credits: number): void {
    this.#credits = Math.min(this.#credits + credits, 1_000_000);
    this.#wake?.();
  }

  /** The transport's buffer is full. */
  fill(): void {
    this.#full = true;
  }

  drained(): void {
    this.#full = false;
    this.#wake?.();
  }

  /** Nobody waits here any more. */
  open(): void {
    this.#isOpen = true;
    this.#wake?.();
  }

  /** Resolves when one chunk may be sent, and takes its credit. */
  async pass(): Promise<void> {
    while (!this.#isOpen && (this.#credits === 0 || this.#full)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = null;
    if (!this.#isOpen) this.#credits -= 1;
  }
}
