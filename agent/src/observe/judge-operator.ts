import { type Judgement, judged } from './judgement.ts';
import type { LeadView } from './run-view.ts';

/**
 * How an operator's object says that it has ended: Kubeflow by conditions, RayJob and DaskCluster by a word. Null: it has
 * not, or it is no operator's object (agent-and-kubernetes.md 3.3, rows 1 and 5).
 */
export function judgeOperator(lead: LeadView): Judgement | null {
  if (lead.apiVersion.startsWith('kubeflow.org/')) {
    const succeeded = lead.conditions.find((each) => each.type === 'Succeeded' && each.isTrue);
    if (succeeded !== undefined) return done(succeeded.atMs);
    const failed = lead.conditions.find((each) => each.type === 'Failed' && each.isTrue);
    return failed === undefined ? null : broken(failed.message || failed.reason, failed.atMs);
  }
  if (lead.apiVersion.startsWith('ray.io/')) {
    if (lead.phase === 'SUCCEEDED') return done(null);
    return lead.phase === 'FAILED' || lead.phase === 'STOPPED' || lead.phase === 'failed'
      ? broken(lead.phaseMessage, null)
      : null;
  }
  if (lead.apiVersion.startsWith('kubernetes.dask.org/'))
    return lead.phase === 'Error' ? broken(lead.phaseMessage, null) : null;
  return null;
}

function done(atMs: number | null): Judgement {
  return judged({ status: 'succeeded', reason: 'Completed', atMs, end: { exitCode: 0, finishedAtMs: atMs } });
}

function broken(message: string, atMs: number | null): Judgement {
  return judged({
    status: 'failed',
    reason: 'ContainerFailed',
    message,
    atMs,
    end: { exitCode: null, finishedAtMs: atMs },
  });
}
