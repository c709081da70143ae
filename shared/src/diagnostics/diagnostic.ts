import type { Span } from '../source/span.ts';
import type { Code } from './codes.ts';

/**
 * A mistake (or a doubt) in what a user wrote. Always a value, never thrown (style-anchors B.5).
 * `message` is one sentence with names in double quotes; `hint` says what to type.
 */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  /** Other places that explain the problem, such as "declared here". */
  readonly related?: readonly Related[];
}

export interface Related {
  readonly message: string;
  readonly span: Span;
}

/** What a diagnostic may carry beside its sentence. `undefined` means the same as left out. */
export interface Extras {
  readonly hint?: string | undefined;
  readonly related?: readonly Related[] | undefined;
}

/** A diagnostic that stops the next stage. */
export function error(code: Code, span: Span, message: string, extras: Extras = {}): Diagnostic {
  return make('error', code, span, message, extras);
}

/** A diagnostic that travels with the value. */
export function warning(code: Code, span: Span, message: string, extras: Extras = {}): Diagnostic {
  return make('warning', code, span, message, extras);
}

function make(
  severity: Diagnostic['severity'],
  code: Code,
  span: Span,
  message: string,
  { hint, related }: Extras,
): Diagnostic {
  return {
    code,
    severity,
    message,
    span,
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined || related.length === 0 ? {} : { related }),
  };
}
