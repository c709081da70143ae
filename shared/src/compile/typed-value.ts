import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { closed } from '../template/render.ts';
import { coerce, isType } from '../values/coerce.ts';
import { plainText } from '../values/print.ts';
import { validate } from '../values/validate.ts';
import type { Sealed } from '../wire/sealed-spec.ts';
import type { Io } from './drafts.ts';

/**
 * A value that came out of rendering, a reference or a join, in its declared type (compiler.md 3.4). An open value is left to
 * the agent; one that does not fit is reported where it was given, and becomes null.
 */
export function typedValue(
  io: Io | undefined,
  rendered: Sealed,
  given: { readonly span: Span },
  problems: Diagnostic[],
): Sealed {
  const value = closed(rendered);
  if (io === undefined || io.type === null || !isType(io.type) || value === undefined) return rendered;
  if (value === null) return null;
  const related = given.span === io.span ? undefined : [{ message: `"${io.name}" is declared here.`, span: io.span }];
  const shown = `"${io.name}" comes out as "${plainText(value).slice(0, 40)}"`;
  const read = coerce(value, io.type, io.isList);
  if (!read.ok) {
    const hint = `Its type is "${io.type}"${io.isList ? ' with "isList: true"' : ''}.`;
    problems.push(
      error('params/wrong-type', given.span, `${shown}; ${read.expected} was expected.`, { hint, related }),
    );
    return null;
  }
  const expected = io.isDelayed ? undefined : validate(read.value, io.validation);
  if (expected !== undefined)
    problems.push(error('params/not-valid', given.span, `${shown}; ${expected} was expected.`, { related }));
  return read.value;
}
