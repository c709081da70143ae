import { memoize } from '../values/memo.ts';
import type { Filter, Part, Test } from './ast.ts';
import { parseParts } from './blocks.ts';
import { Fault } from './fault.ts';
import { lex } from './lexer.ts';
import { maxTemplateLength } from './template-length.ts';
import { type NameUse, usesOfParts } from './uses.ts';

/** A template that was understood: its parts in order and the names that it takes from its context. */
export interface Template {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly uses: readonly NameUse[];
  /** Filters and tests by the names that the author wrote, known or not. */
  readonly filters: readonly (Filter | Test)[];
}

/** Whether a text is a template at all: one without `{{` and `{%` is never touched (README 3 of the specification). */
export function hasTemplate(text: string): boolean {
  const first = text.indexOf('{');
  return first >= 0 && (text.includes('{{', first) || text.includes('{%', first));
}

/**
 * Parses a template, or says what is wrong with it and where. Several stages ask for the same texts, so the last ones are
 * remembered: about 4000 texts or a quarter of a million characters, whose trees take some 30 MB at most.
 */
export const parseTemplate: (text: string) => Template | Fault = memoize(parse, {
  texts: 4096,
  characters: 256 * 1024,
});

function parse(text: string): Template | Fault {
  if (text.length > maxTemplateLength)
    return new Fault(
      'template/too-much-work',
      `The template has more than ${maxTemplateLength} characters.`,
      { at: 0, end: 2 },
      'Put long text into a file.',
    );
  const chunks = lex(text);
  if (chunks instanceof Fault) return chunks;
  const state = { chunks, at: 0, nesting: 0, fault: undefined };
  const parts = parseParts(state, []);
  return state.fault ?? { text, parts, ...usesOfParts(parts) };
}
