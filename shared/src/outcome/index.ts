import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * What a stage gives: a value, or everything that is wrong. Warnings travel with a value too.
 * A stage reports all its problems; the next stage runs only when there is no error (style-anchors B.3).
 */
export type Outcome<T> = Done<T> | Failed;

export interface Done<T> {
  readonly ok: true;
  readonly value: T;
  readonly warnings: readonly Diagnostic[];
}

export interface Failed {
  readonly ok: false;
  /** At least one of them is an error; warnings found before it are kept, in the order of the file. */
  readonly problems: readonly Diagnostic[];
}

export function done<T>(value: T, warnings: readonly Diagnostic[] = []): Done<T> {
  return { ok: true, value, warnings };
}

export function failed(problems: readonly Diagnostic[]): Failed {
  return { ok: false, problems };
}

/** Value or problems, decided by whether any of the diagnostics is an error. */
export function settle<T>(value: T, diagnostics: readonly Diagnostic[]): Outcome<T> {
  return diagnostics.some((each) => each.severity === 'error') ? failed(diagnostics) : done(value, diagnostics);
}
