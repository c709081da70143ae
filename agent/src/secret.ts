import { inspect } from 'node:util';

/**
 * A value of the customer's infrastructure. It prints as `[secret]` however it is printed (trust.md 2.2).
 * JavaScript cannot wipe memory: hold one briefly, and never in a closure that lives long.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Two callers in the product: what delivers it to a run, and the masker; a test counts them. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both hold one value; neither is shown. */
  isSame(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
