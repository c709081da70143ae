import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Fault } from './fault.ts';

/**
 * Where a stretch of a scalar's text stands in its file.
 *
 * Quotes, block indentation and escapes lie between both, so the line around the stretch is looked for inside the scalar's
 * source; when an escape hides it, the whole scalar is the place. Runs only when there is something to report.
 */
export function locate(span: Span, text: string, at: number, end: number): Span {
  const source = span.source.text.slice(span.start, span.end);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', at);
  let from = 0;
  for (const line of text.slice(0, lineEnd < 0 ? text.length : lineEnd).split('\n')) {
    const found = source.indexOf(line, from);
    if (found < 0) return span;
    from = found + line.length;
  }
  const start = span.start + from - ((lineEnd < 0 ? text.length : lineEnd) - lineStart) + (at - lineStart);
  return {
    source: span.source,
    start,
    end: Math.max(start + 1, start + Math.min(end, lineEnd < 0 ? end : lineEnd) - at),
  };
}

/** The fault of a template as a diagnostic at its place in the file. */
export function faultAt(fault: Fault, span: Span, text: string): Diagnostic {
  return error(fault.code, locate(span, text, fault.at, fault.end), fault.message, { hint: fault.hint });
}
