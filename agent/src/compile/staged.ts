import type { Reason } from '@tandem/shared/lifecycle';

/** What a stage of the agent gives: a value, or why the run cannot be made. A refusal is final for its command. */
export type Staged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: Reason; readonly message: string };

export function staged<T>(value: T): Staged<T> {
  return { ok: true, value };
}

export function refused(reason: Reason, message: string): Staged<never> {
  return { ok: false, reason, message };
}
