/** The API server answered with something else than success, or with nothing. */
export class ApiProblem extends Error {
  /** HTTP status; 0: no answer came. */
  readonly code: number;
  /** Kubernetes' word, such as `NotFound`, `AlreadyExists`, `Expired`; empty where none was given. */
  readonly reason: string;
  /** From `Retry-After`, in ms; null: nothing was said. */
  readonly retryAfterMs: number | null;
  /** Kind of thing that the problem is about, such as `namespaces`; empty where it was not said. */
  readonly about: string;

  constructor(
    code: number,
    reason: string,
    message: string,
    more: { retryAfterMs?: number | null; about?: string } = {},
  ) {
    super(message);
    this.name = 'ApiProblem';
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.about = more.about ?? '';
  }
}

/** Reads the `Status` object of a failed answer; anything else becomes its beginning as text. */
export function toApiProblem(code: number, body: string, retryAfter: string | undefined): ApiProblem {
  const retryAfterMs = retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : null;
  const status = readStatus(body);
  if (status === null) return new ApiProblem(code, '', body.slice(0, 500) || `HTTP ${code}`, { retryAfterMs });
  const seconds = status.details?.retryAfterSeconds ?? null;
  return new ApiProblem(code, status.reason ?? '', status.message ?? `HTTP ${code}`, {
    // Nothing said is not "at once": each caller has a pause of its own then.
    retryAfterMs: retryAfterMs ?? (seconds === null ? null : seconds * 1000),
    about: status.details?.kind ?? '',
  });
}

interface StatusBody {
  readonly kind: 'Status';
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly kind?: string; readonly retryAfterSeconds?: number };
}

function readStatus(body: string): StatusBody | null {
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === 'object' && read !== null && 'kind' in read && read.kind === 'Status'
      ? (read as StatusBody)
      : null;
  } catch {
    return null; // Not JSON: a proxy in between answered.
  }
}

export function isCode(error: unknown, code: number): boolean {
  return error instanceof ApiProblem && error.code === code;
}

/** Whether the same request may succeed later without anybody doing anything. */
export function isPassing(problem: ApiProblem): boolean {
  return problem.code === 0 || problem.code === 408 || problem.code === 429 || problem.code >= 500;
}

/** Whether the server may have done what was asked, though it did not say so: the connection broke, or it gave up waiting itself. */
export function isUncertain(problem: ApiProblem): boolean {
  const neverSent =
    problem.reason === 'ECONNREFUSED' || problem.reason === 'NotLeading' || problem.reason === 'ENOTFOUND';
  const refused = problem.code === 429 || /failed calling webhook/i.test(problem.message);
  return isPassing(problem) && !neverSent && !refused;
}

/** The problem that a failure of the network is, for whoever asked. */
export function noAnswer(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'Unreachable';
  // Node gives some failures of connections no message, only a code.
  const message = error instanceof Error ? error.message : String(error);
  return new ApiProblem(0, code, message || code || 'the connection failed');
}

/** What a call ends with that its caller gave up. */
export const givenUp = (): ApiProblem => new ApiProblem(0, 'ABORT_ERR', 'the call was given up');

/** What a call ends with that the server left unanswered. */
export const unanswered = (): ApiProblem => new ApiProblem(0, 'Unreachable', 'the API server did not answer in time');
