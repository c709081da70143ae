import type { Code } from '../diagnostics/codes.ts';
import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Node } from '../source/tree.ts';
import { describeNode, isTemplateNode } from './describe.ts';
import type { Section } from './shape.ts';

/** What reading collects and needs to know. */
export interface Reading {
  readonly problems: Diagnostic[];
  /** Fields of the run kind that `run` and `runPatch` are read by; null while no kind is known. */
  readonly run: Section | null;
  /** Fields of `runPatch` where they are more than those of `run`, as for distributed kinds. */
  readonly runPatch?: Section | null;
}

/** Reports a node that is not what was expected, and gives it back; for readers of single values. */
export function wrong(node: Node, reading: Reading, expected: string, hint?: string, code?: Code): Node {
  reading.problems.push(mismatch(node, expected, hint, code));
  return node;
}

/** Says that a node is not what was expected. */
export function mismatch(node: Node, expected: string, hint?: string, code: Code = 'sanitize/wrong-type'): Diagnostic {
  const found = isNull(node) ? 'Nothing' : capital(describeNode(node));
  return error(code, node.span, `${found} stands where ${expected} was expected.`, {
    hint: hint ?? (isTemplateNode(node) ? 'No template can stand here; write what it would give.' : undefined),
  });
}

/** Reports an item of a list that is null, and gives it back. */
export function emptyItem(node: Node, field: string, reading: Reading): Node {
  reading.problems.push(
    error('sanitize/wrong-type', node.span, `An item of "${field}" is empty.`, {
      hint: 'Give it a value, or take it out.',
    }),
  );
  return node;
}

/** Null, or nothing behind the key. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** The text as a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
