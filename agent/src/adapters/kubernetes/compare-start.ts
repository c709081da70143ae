import type { RunKey } from '../../compile/pod-plan.ts';
import type { ApplyResult } from '../../ports/executor.ts';
import type { AttemptState } from './cluster-state.ts';

/** How a start relates to the same attempt in the cluster; null: it is to be made, or finished (agent-and-kubernetes.md 4.3). */
export function compareStart(known: AttemptState, run: RunKey): ApplyResult | null {
  const { lead, stop } = known;
  if (lead === null) return known.isLeadGone ? { kind: 'superseded' } : null;
  if (run.generation < known.run.generation) return { kind: 'superseded' };
  if ((stop?.why === 'UserStop' || lead.isTombstone) && run.generation <= known.run.generation)
    return { kind: 'superseded' };
  // A newer order to start after a stop that came first: the tombstone makes room for it.
  if (lead.isTombstone) return null;
  if (!lead.isComplete) return null;
  // Until a pod has come up, a start that comes again makes sure that everything is there.
  const isUp = [...known.pods.values()].some((pod) => pod.phase !== 'Pending');
  return isUp || stop !== null || known.recordedEnd !== null ? { kind: 'already' } : null;
}
