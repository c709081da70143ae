import assert from 'node:assert/strict';
import { Outage } from '../../ports/outage.ts';
import { toApiProblem } from './api-problem.ts';
import { refusalOf } from './refusals.ts';

const status = (message: string, details: object = {}): string =>
  JSON.stringify({ kind: 'Status', status: 'Failure', message, details });
const answered = (code: number, body: string, retryAfter?: string): string => {
  try {
    const found = refusalOf(toApiProblem(code, body, retryAfter));
    return 'reason' in found ? `${found.kind} ${found.reason}` : found.kind;
  } catch (error) {
    if (!(error instanceof Outage)) throw error;
    return `outage, again after ${error.afterMs} ms`;
  }
};

/** What the API server says to a start, and what becomes of it (agent-and-kubernetes.md 7). */
const rows: readonly (readonly [row: string, code: number, body: string, becomes: string, retryAfter?: string])[] = [
  ['3', 0, '', 'outage, again after 5000 ms'],
  ['3', 500, status('etcdserver: request timed out'), 'outage, again after 5000 ms'],
  ['3', 502, '<html>Bad Gateway</html>', 'outage, again after 5000 ms'],
  ['3', 401, status('Unauthorized'), 'retry Forbidden'],
  ['4', 429, status('too many requests'), 'outage, again after 7000 ms', '7'],
  ['4', 429, status('too many requests', { retryAfterSeconds: 3 }), 'outage, again after 3000 ms'],
  ['15', 403, status('jobs.batch "x" is forbidden: exceeded quota: tight, requested: 1'), 'retry ClusterQuota'],
  ['16', 404, status('namespaces "runs" not found', { kind: 'namespaces' }), 'rejected NamespaceMissing'],
  ['16', 403, status('because it is being terminated: namespace runs is being terminated'), 'rejected NamespaceGone'],
  ['18', 403, status('User "x" cannot create resource "jobs"'), 'rejected Forbidden'],
  ['19', 403, status('admission webhook "a.b" denied the request: no'), 'rejected AdmissionDenied'],
  ['19', 422, status('ValidatingAdmissionPolicy "p" denied request: no'), 'rejected AdmissionDenied'],
  ['19', 500, status('failed calling webhook "a.b": context deadline exceeded'), 'outage, again after 5000 ms'],
  ['20', 413, status('Request entity too large: limit is 3145728'), 'rejected TooLarge'],
  ['20', 500, status('etcdserver: request is too large'), 'rejected TooLarge'],
  ['3.2', 404, status('the server could not find the requested resource'), 'rejected Unsupported'],
  ['3.2', 422, status('Job.batch "x" is invalid: spec.x: Invalid value'), 'rejected InvalidObject'],
];

describe('what a refusal of the API server means for a start', () => {
  for (const [row, code, body, becomes, retryAfter] of rows)
    it(`${row}: ${code} ${body.slice(0, 90)}`, () => assert.equal(answered(code, body, retryAfter), becomes));
});
