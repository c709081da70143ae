import type { Children } from './child.ts';
import { bindingProblems, dagChildren } from './dag-children.ts';
import type { WithConditions } from './drafts.ts';
import type { Facts } from './facts.ts';
import { matrixChildren } from './matrix-children.ts';
import type { Rendering } from './render-node.ts';
import { scheduleChildren } from './schedule-children.ts';

/** The runs that a parent makes: those of its dag, its matrix, or the next tick of its schedule; null for a run of its own. */
export function childrenOf(
  draft: WithConditions,
  facts: Pick<Facts, 'schedule'>,
  rendering: Rendering,
): Children | null {
  if (draft.kind === 'schedule')
    return scheduleChildren(draft, facts.schedule ?? { lastAt: null, runsSoFar: 0 }, rendering);
  if (draft.kind === 'matrix') return matrixChildren(draft);
  const ops = draft.ops ?? [];
  rendering.problems.push(...bindingProblems(draft, ops));
  return dagChildren(draft, ops, rendering);
}
