import type { Diagnostic } from '@tandem/shared/diagnostics';

/** Why a request is refused. Each kind has one line in `http/problem.ts`, which alone knows status numbers. */
export type RefusalReason =
  /** It does not exist, or the caller may not know that it does: one text for both (decisions.md 31). */
  | { readonly kind: 'not-found'; readonly what: string }
  /** The caller may see the thing but not do this to it. */
  | { readonly kind: 'not-allowed'; readonly message: string }
  /** Fields of the request are wrong; messages by field, `non_field_errors` for the whole. */
  | { readonly kind: 'invalid'; readonly code: string; readonly fields: Readonly<Record<string, readonly string[]>> }
  /** The state of the thing does not allow the action. */
  | { readonly kind: 'impossible'; readonly code: string; readonly message: string }
  /** The operation itself is wrong: everything that stage 1 found. */
  | { readonly kind: 'problems'; readonly problems: readonly Diagnostic[] };

/**
 * Ends a request. Thrown, because between the rule that refuses and the table that answers nobody could act on it;
 * mistakes in a user's operation are values until they get here (style-anchors B.5).
 */
export class Refusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason.kind);
    this.name = 'Refusal';
    this.reason = reason;
  }
}

export function notFound(what: string): Refusal {
  return new Refusal({ kind: 'not-found', what });
}

/** One field that is wrong. `code` is `stage/what`, for clients that ask for a problem document. */
export function invalid(code: string, field: string, message: string): Refusal {
  return new Refusal({ kind: 'invalid', code, fields: { [field]: [message] } });
}

export function impossible(code: string, message: string): Refusal {
  return new Refusal({ kind: 'impossible', code, message });
}
