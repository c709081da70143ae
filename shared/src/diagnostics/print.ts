import { lineText, type Place, placeOf, type Span } from '../source/span.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Parts of a printed diagnostic that a terminal may paint. */
export type Paint = (part: 'error' | 'warning' | 'hint' | 'place', text: string) => string;

/**
 * A diagnostic for people: `file:line:col`, the sentence and code, the line with a caret under the place, hint and related
 * places. Ends without a line break. Text from the user's file loses its control bytes, so that it cannot steer a terminal.
 */
export function printDiagnostic(diagnostic: Diagnostic, paint: Paint = (_, text) => text): string {
  const place = placeOf(diagnostic.span);
  const head = `${paint('place', spot(place))}: ${paint(diagnostic.severity, diagnostic.severity)}: ${clean(diagnostic.message)} [${diagnostic.code}]`;
  const lines = [head, ...excerpt(diagnostic.span, place, (text) => paint(diagnostic.severity, text))];
  if (diagnostic.hint !== undefined) lines.push(`  ${paint('hint', 'hint:')} ${clean(diagnostic.hint)}`);
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${paint('place', spot(placeOf(related.span)))}: ${clean(related.message)}`);
  }
  return lines.join('\n');
}

/** A place and message as JSON has them; line and column count from 1. */
export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string | null;
  readonly related: readonly (JsonPlace & { readonly message: string })[];
}

/** A diagnostic for machines: flat, with its place worked out. `hint` is null when there is none. */
export function toJson(diagnostic: Diagnostic): JsonDiagnostic {
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    hint: diagnostic.hint ?? null,
    ...placeOf(diagnostic.span),
    related: (diagnostic.related ?? []).map((each) => ({ message: each.message, ...placeOf(each.span) })),
  };
}

function spot(place: Place): string {
  return `${clean(place.file)}:${place.line}:${place.column}`;
}

// Lines longer than this are cut around the place: a one-line JSON file must not fill the screen.
const width = 160;

function excerpt(span: Span, place: Place, paint: (text: string) => string): readonly string[] {
  const full = lineText(span.source, place.line);
  if (full.trim() === '') return [];
  const from = place.column > width ? place.column - 1 - width / 2 : 0;
  const line = full.slice(from, from + width);
  const before = line.slice(0, place.column - 1 - from);
  // A tab stays a tab under a tab, so that the caret stands right for every tab width.
  const indent = before.replace(/[^\t]/g, ' ');
  const length = Math.max(1, Math.min(place.length, line.length - before.length));
  const gutter = `${place.line} | `;
  return [`  ${gutter}${clean(line)}`, `  ${' '.repeat(gutter.length - 2)}| ${indent}${paint('^'.repeat(length))}`];
}

function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what this removes.
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '\ufffd');
}
