import { type Diagnostic, warning } from '../diagnostics/diagnostic.ts';
import { type PlainScalar, readPlainScalar } from './plain-scalar.ts';
import type { Span } from './span.ts';
import type { Scalar } from './tree.ts';

/** The warning for an unquoted scalar that YAML 1.2 would read in another way (compiler.md 2.1). */
export function oldReading(text: string, plain: PlainScalar, span: Span): Diagnostic {
  const reading = `is ${plain.differs ?? 'read differently'} here (YAML 1.1)`;
  return warning('parse/yaml-1.1', span, `"${text}" without quotes ${reading}, and something else in YAML 1.2.`, {
    hint: plainHint(text, plain.value),
  });
}

function plainHint(text: string, value: Scalar): string {
  if (typeof value === 'boolean') return `Write ${value}, or "${text}" in quotes for text.`;
  if (typeof value === 'bigint') return `Write ${value}, or "${text}" in quotes for text.`;
  if (/^[-+.0-9]+[eE]/.test(text))
    return `Write "${text}" in quotes, or a number with a dot and a sign such as 1.0e+3.`;
  return `Write "${text}" in quotes.`;
}

/** The warning for an unquoted key that YAML 1.1 reads as a boolean and we as text, such as `on`; undefined for others. */
export function oldKey(text: string, span: Span): Diagnostic | undefined {
  const plain = readPlainScalar(text);
  if (plain.differs === undefined || typeof plain.value !== 'boolean') return undefined;
  return oldReading(text, { value: text, differs: 'the text as it stands, since it is a key' }, span);
}

/** The warning for `{{ x }}` without quotes (decisions.md 25); `text` is all of it. */
export function unquoted(text: string, span: Span): Diagnostic {
  return warning(
    'parse/unquoted-placeholder',
    span,
    `The placeholder ${text} is not quoted, which YAML reads as a mapping; it is taken as text.`,
    { hint: `Write "${text}" with quotes.` },
  );
}
