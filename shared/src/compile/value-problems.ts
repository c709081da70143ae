import { type Diagnostic, error, type Related } from '../diagnostics/diagnostic.ts';
import type { Node } from '../source/tree.ts';
import { describeNode, holdsTemplate } from '../spec/describe.ts';
import { coerce, isType } from '../values/coerce.ts';
import { toValue } from '../values/from-node.ts';
import { validate } from '../values/validate.ts';
import type { Io } from './drafts.ts';

/** What is wrong with a literal value for an input; nothing is said about values that hold templates. */
export function valueProblems(io: Io, node: Node, isGiven = node !== io.value): readonly Diagnostic[] {
  if (io.type === null || !isType(io.type) || holdsTemplate(node)) return [];
  const related = isGiven ? [{ message: `"${io.name}" is declared here.`, span: io.span }] : undefined;
  if (io.isList && node.kind === 'list') {
    // One wrong item is reported at its own place.
    const wrongItems = node.items.flatMap((item) => wrongItem(io, item, related));
    if (wrongItems.length > 0) return wrongItems;
  }
  const read = coerce(toValue(node), io.type, io.isList);
  if (!read.ok)
    return [
      error('types/wrong-type', node.span, `"${io.name}" is ${describeNode(node)}; ${read.expected} was expected.`, {
        hint: `Its type is "${io.type}"${io.isList ? ' with "isList: true"' : ''}.`,
        related,
      }),
    ];
  const expected = io.isDelayed ? undefined : validate(read.value, io.validation);
  return expected === undefined
    ? []
    : [
        error('types/not-valid', node.span, `"${io.name}" is ${describeNode(node)}; ${expected} was expected.`, {
          related,
        }),
      ];
}

function wrongItem(io: Io, item: Node, related: readonly Related[] | undefined): readonly Diagnostic[] {
  const read = coerce(toValue(item), io.type ?? 'any', false);
  if (read.ok) return [];
  const message = `An item of "${io.name}" is ${describeNode(item)}; ${read.expected} was expected.`;
  return [error('types/wrong-type', item.span, message, { hint: `Its type is "${io.type}".`, related })];
}
