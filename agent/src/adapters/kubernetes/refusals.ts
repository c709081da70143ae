import type { ApplyResult } from '../../ports/executor.ts';
import { Outage } from '../../ports/outage.ts';
import { ApiProblem, isPassing } from './api-problem.ts';

/**
 * What a refusal of the API server means for a start (agent-and-kubernetes.md 7, rows 3, 4, 15, 16, 18 to 20): final with
 * its reason, or "try later". Throws `Outage` where the server is not well, and what is no answer of a server at all.
 */
export function refusalOf(error: unknown): ApplyResult {
  if (!(error instanceof ApiProblem)) throw error;
  const { code, message, reason } = error;
  if (/request is too large|Request entity too large/i.test(message) || code === 413)
    return { kind: 'rejected', reason: 'TooLarge', message: `The run is too large for the cluster: ${message}` };
  if (isPassing(error)) throw outageOf(error);
  if (/exceeded quota/i.test(message)) return { kind: 'retry', reason: 'ClusterQuota', message, afterMs: 10_000 };
  if (/admission webhook .* denied the request/i.test(message) || /ValidatingAdmissionPolicy/.test(message))
    return { kind: 'rejected', reason: 'AdmissionDenied', message };
  if (code === 404 && error.about === 'namespaces')
    return { kind: 'rejected', reason: 'NamespaceMissing', message: 'The namespace of the run is not there.' };
  if (code === 403 && /is being terminated/i.test(message))
    return { kind: 'rejected', reason: 'NamespaceGone', message: 'The namespace of the run is being deleted.' };
  if (code === 403) return { kind: 'rejected', reason: 'Forbidden', message };
  if (code === 404)
    return {
      kind: 'rejected',
      reason: 'Unsupported',
      message: `The cluster does not have what the run needs: ${message}`,
    };
  if (code === 401)
    return { kind: 'retry', reason: 'Forbidden', message: 'The cluster does not accept the agent.', afterMs: 30_000 };
  return { kind: 'rejected', reason: 'InvalidObject', message: message === '' ? reason : message };
}

/** The cluster does not answer as it should: whatever was asked is asked again later. */
export function outageOf(problem: ApiProblem): Outage {
  const why = problem.code === 0 ? 'cannot be reached' : `answered ${problem.code}`;
  return new Outage(
    `api-${problem.code}`,
    `The API server of the cluster ${why}.`,
    problem.retryAfterMs ?? 5_000,
    problem,
  );
}

/** For calls that are no starts: everything but success is an outage or a bug. */
export function asOutage(error: unknown): unknown {
  return error instanceof ApiProblem && (isPassing(error) || error.code === 401 || error.code === 403)
    ? outageOf(error)
    : error;
}
