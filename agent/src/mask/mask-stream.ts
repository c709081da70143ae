import { Buffer } from 'node:buffer';
import type { Automaton } from './automaton.ts';
import { shortestMasked } from './forms.ts';

export const maskText = '[secret]';
const maskBytes = Buffer.from(maskText);

/**
 * Masks one stream of bytes, however it is cut into chunks: exactly the bytes that may still become a secret are held
 * back (trust.md 2.5). One per container stream; touching secrets give one mask.
 */
export class MaskStream {
  readonly #automaton: Automaton;
  #node = 0;
  /** Held back, oldest first, with whether each byte is known to belong to a secret. */
  #held: { byte: number; secret: boolean }[] = [];
  #lastWasSecret = false;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /** The part of the stream that is now safe to show. */
  push(chunk: Uint8Array): Buffer {
    const out: number[] = [];
    for (const byte of chunk) {
      // The common case by far: nothing is pending and this byte begins no secret.
      this.#node = this.#automaton.step(this.#node, byte);
      if (this.#node === 0 && this.#held.length === 0) {
        out.push(byte);
        this.#lastWasSecret = false;
        continue;
      }
      this.#held.push({ byte, secret: false });
      const length = this.#automaton.matched(this.#node);
      for (let back = 1; back <= length; back += 1) {
        const cell = this.#held.at(-back);
        if (cell !== undefined) cell.secret = true;
      }
      this.#release(this.#held.length - this.#automaton.depth(this.#node), out);
    }
    return Buffer.from(out);
  }

  /**
   * Gives what was held back and begins anew. `cut`: the stream did not end by itself, so a prefix of a secret of 8
   * bytes or more is masked too, since the rest may have been next.
   */
  flush(cut: boolean): Buffer {
    const out: number[] = [];
    const depth = this.#automaton.depth(this.#node);
    if (cut && depth >= shortestMasked) for (const cell of this.#held.slice(-depth)) cell.secret = true;
    this.#release(this.#held.length, out);
    this.#node = 0;
    this.#lastWasSecret = false;
    return Buffer.from(out);
  }

  #release(count: number, out: number[]): void {
    if (count <= 0) return;
    for (const cell of this.#held.splice(0, count)) {
      if (!cell.secret) out.push(cell.byte);
      else if (!this.#lastWasSecret) out.push(...maskBytes);
      this.#lastWasSecret = cell.secret;
    }
  }
}
