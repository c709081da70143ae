import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { member } from '../source/tree.ts';
import { closed } from '../template/render.ts';
import { plainText } from '../values/print.ts';
import { booleanWord } from '../values/words.ts';
import type { WithConditions, WithMatrix } from './drafts.ts';
import { renderingIn, renderScalar } from './render-node.ts';

/**
 * Decides whether the run takes place. Without braces the text must be a boolean word, and null counts as false
 * (decisions.md 23). When it does not take place its run section is never rendered.
 */
export function checkConditions(draft: WithMatrix): Outcome<WithConditions> {
  const problems: Diagnostic[] = [];
  const node = member(draft.operation, 'conditions');
  if (node?.kind !== 'scalar' || node.value === null)
    return settle({ ...draft, stage: 'conditions', skipped: false }, problems);
  const value = closed(renderScalar(node, renderingIn(draft.context, problems)));
  const word = value === undefined ? undefined : value === null ? false : booleanWord(plainText(value));
  if (word === undefined && problems.length === 0) {
    problems.push(
      error(
        'conditions/not-boolean',
        node.span,
        `The conditions come out as "${value === undefined ? 'a value of the cluster' : plainText(value).slice(0, 40)}"; true or false was expected.`,
        { hint: 'Write an expression such as "{{ loss < 1 }}".' },
      ),
    );
  }
  return settle({ ...draft, stage: 'conditions', skipped: word === false }, problems);
}
