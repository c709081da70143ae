/** One line of the catalogue of diagnostics. A published code is never reused or given another meaning. */
export interface CodeEntry {
  /** One sentence: what the code means. */
  readonly says: string;
  /** What to do, in a sentence or two; shown by `tandem explain CODE`. */
  readonly help: string;
  /** A file that produces it, for the reference page and for the test that no code is dead. */
  readonly example: string;
}

/** Every diagnostic that Tandem can give, as `stage/what`. `docs/reference/diagnostics.md` is made from it. */
export const codes = {} as const satisfies Record<string, CodeEntry>;

export type Code = string;
