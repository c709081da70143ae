/** A hint, or how to find one: looking for a near name is done only when somebody reads it. */
export type Hint = string | (() => string | undefined) | undefined;

/**
 * Why a template has no value. A fault is a value that passes through the evaluator; it is never thrown.
 * Offsets are UTF-16 units of the template text.
 */
export class Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly at: number;
  readonly end: number;
  readonly #hint: Hint;
  constructor(code: FaultCode, message: string, place: Offsets, hint?: Hint) {
    this.code = code;
    this.message = message;
    this.at = place.at;
    this.end = place.end;
    this.#hint = hint;
  }

  /** What to type instead, if anything is known. */
  get hint(): string | undefined {
    return typeof this.#hint === 'function' ? this.#hint() : this.#hint;
  }
}

export type FaultCode =
  | 'template/syntax'
  | 'template/unknown-name'
  | 'template/unknown-filter'
  | 'template/wrong-type'
  | 'template/not-allowed'
  | 'template/too-much-work';

export interface Offsets {
  readonly at: number;
  readonly end: number;
}

/** Faults of something that is not there; only these can be guarded by `default` and `is defined`. */
export function isMissing(value: unknown): value is Fault {
  return value instanceof Fault && value.code === 'template/unknown-name';
}
