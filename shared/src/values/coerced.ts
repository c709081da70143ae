import type { Value } from './value.ts';

/** A value brought to its type, or why it cannot be: `expected` completes the sentence "… was expected". */
export type Coerced = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly expected: string };

export const fits = (value: Value): Coerced => ({ ok: true, value });

export const unfit = (expected: string): Coerced => ({ ok: false, expected });
