import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { checkDag } from './check-dag.ts';
import type { Checked, TypeChecked } from './drafts.ts';
import { mostEdges } from './limits.ts';
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
  const work: Work = { problems, edges: 0 };
  const checked = checkOne(draft, work);
  if (work.edges > mostEdges) problems.push(tooManyEdges(draft, work.edges));
  return settle(checked, problems);
}

interface Work {
  readonly problems: Diagnostic[];
  edges: number;
}

function checkOne(draft: TypeChecked, work: Work): Checked {
  const summary = summaryOf(draft);
  if (draft.ops === null) return { ...draft, ...summary, stage: 'graph', ops: null };
  const ops = draft.ops.map((op) => ({ ...op, draft: checkOne(op.draft, work) }));
  const ordered = checkDag(draft, ops, work.problems);
  work.edges += ordered.reduce((sum, op) => sum + op.upstreams.length, 0);
  return { ...draft, ...summary, stage: 'graph', ops: ordered };
}

function tooManyEdges(draft: TypeChecked, edges: number): Diagnostic {
  const { span } = draft.run;
  return error(
    'graph/too-many-edges',
    { ...span, end: span.start + 1 },
    `The operations of the dag wait for others ${edges} times; at most ${mostEdges} was expected.`,
    { hint: 'Put an operation between groups that wait for each other, so that each waits for it alone.' },
  );
}
