import { error } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import type { SourceFile, Span } from '../source/span.ts';
import type { Node } from '../source/tree.ts';

/** A param that came with the submission instead of a file. */
export interface ParamOption {
  readonly name: string;
  readonly value: Node;
}

/** Reads `name=value` as typed behind `-P`. The value is a text until its input's type is known; its place is `-P name`. */
export function paramOption(text: string): Outcome<ParamOption> {
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  if (at < 0 || name === '') {
    const source: SourceFile = { name: '-P', text };
    return failed([
      error('params/bad-option', { source, start: 0, end: text.length }, `"-P ${text}" has no name and value.`, {
        hint: 'Write -P name=value.',
      }),
    ]);
  }
  const source: SourceFile = { name: `-P ${name}`, text: text.slice(at + 1) };
  const span: Span = { source, start: 0, end: source.text.length };
  return done({ name, value: { kind: 'scalar', value: source.text, span } });
}
