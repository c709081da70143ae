import { type Diagnostic, error, warning } from '../diagnostics/diagnostic.ts';
import type { Node } from '../source/tree.ts';
import type { Slot } from './param-slots.ts';

/** The doubt about a value that uses what is declared below it (decisions.md 19). */
export function usedAbove(slot: Slot, user: Slot, node: Node): Diagnostic {
  return warning('params/used-above', node.span, `"${user.name}" uses "${slot.name}", which is declared below it.`, {
    hint: `Declare "${slot.name}" above "${user.name}".`,
    related: [{ message: `"${slot.name}" is declared here.`, span: slot.io?.span ?? slot.span }],
  });
}

/** Params that mention each other, one behind the other; real files have a handful. */
export const longestChain = 100;

export function tooLong(slot: Slot, chain: readonly Slot[]): Diagnostic {
  const first = chain[0]?.name ?? slot.name;
  return error(
    'params/too-long',
    slot.span,
    `More than ${longestChain} params depend on each other, from "${first}" to "${slot.name}".`,
    {
      hint: 'Give one of them a value without the others.',
    },
  );
}

/** The circle that a value stands in, as a chain. */
export function cycle(slot: Slot, chain: readonly Slot[]): Diagnostic {
  const names = [...chain.slice(chain.indexOf(slot)).map((each) => each.name), slot.name];
  const place = slot.given?.span ?? slot.span;
  return error('params/cycle', place, `The value of "${slot.name}" depends on itself: ${names.join(' → ')}.`, {
    hint: 'Give one of them a value without the others.',
  });
}
