import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { checkDag } from './check-dag.ts';
import type { Checked, TypeChecked } from './drafts.ts';
import { outsideProblems } from './outside-dag.ts';
import { summaryOf } from './summary.ts';

/**
 * The last offline stage: names, edges and circles of a dag, and whether what flows along an edge fits where it arrives
 * (compiler.md 4). Sums every operation up for whoever stores it. `inPipeline`: the operation itself is part of a dag, so
 * its references to other operations are in order.
 */
export function checkGraph(draft: TypeChecked, inPipeline: boolean): Outcome<Checked> {
  const problems: Diagnostic[] = [];
  if (!inPipeline) problems.push(...outsideProblems(draft));
  return settle(checkOne(draft, problems), problems);
}

function checkOne(draft: TypeChecked, problems: Diagnostic[]): Checked {
  const summary = summaryOf(draft);
  if (draft.ops === null) return { ...draft, ...summary, stage: 'graph', ops: null };
  const ops = draft.ops.map((op) => ({ ...op, draft: checkOne(op.draft, problems) }));
  return { ...draft, ...summary, stage: 'graph', ops: checkDag(draft, ops, problems) };
}
