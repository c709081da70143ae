import type { Diagnostic } from '@tandem/shared/diagnostics';
import type { DiagnosticJson } from '../client/refusal.ts';
import type { Streams } from './output.ts';
import type { Paint } from './paint.ts';

/** Prints diagnostics of our own stages, each with its line and a caret, and a closing count. */
export async function printProblems(diagnostics: readonly Diagnostic[], streams: Streams): Promise<void> {
  if (diagnostics.length === 0) return;
  const { printDiagnostic } = await import('@tandem/shared/diagnostics');
  const { paint } = streams;
  for (const diagnostic of diagnostics)
    streams.err(`${printDiagnostic(diagnostic, (part, text) => paintPart(part, text, paint))}\n`);
  printCount(diagnostics, streams);
}

/** Prints diagnostics that a server sent; the line itself is shown where the file is at hand. */
export function printServerProblems(
  diagnostics: readonly DiagnosticJson[],
  texts: ReadonlyMap<string, string>,
  streams: Streams,
): void {
  const { paint } = streams;
  // In the same form as `printDiagnostic`, so that it does not matter which half found a problem.
  for (const each of diagnostics) {
    const colour = each.severity === 'error' ? paint.red : paint.yellow;
    const place = paint.bold(`${each.file}:${each.line}:${each.column}`);
    streams.err(`${place}: ${colour(each.severity)}: ${each.message} [${each.code}]\n`);
    const line = texts.get(each.file)?.split(/\r?\n/)[each.line - 1];
    if (line !== undefined) {
      const gutter = `${each.line} | `;
      const indent = line.slice(0, each.column - 1).replace(/[^\t]/g, ' ');
      const caret = colour('^'.repeat(Math.max(1, each.length)));
      streams.err(`  ${gutter}${line}\n  ${' '.repeat(gutter.length - 2)}| ${indent}${caret}\n`);
    }
    if (each.hint) streams.err(`  ${paint.cyan('hint:')} ${each.hint}\n`);
  }
  printCount(diagnostics, streams);
}

/** The colours of a diagnostic: the place stands out, the severity says how bad. */
function paintPart(part: 'error' | 'hint' | 'place' | 'warning', text: string, paint: Paint): string {
  switch (part) {
    case 'error':
      return paint.red(text);
    case 'warning':
      return paint.yellow(text);
    case 'place':
      return paint.bold(text);
    case 'hint':
      return paint.cyan(text);
  }
}

function printCount(
  diagnostics: readonly { readonly severity: string; readonly code: string }[],
  streams: Streams,
): void {
  const errors = diagnostics.filter((each) => each.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'error' : 'errors'}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ];
  const example = diagnostics[0]?.code ?? '';
  streams.err(streams.paint.dim(`${parts.join(', ')}. More about one: tandem explain ${example}\n`));
}
