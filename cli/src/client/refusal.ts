import { CliError, type ExitCode, exitCodes } from '../exit-codes.ts';

/** A diagnostic as REST sends it. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string | null;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** An error body: a problem document, or one of the older shapes (rest-api-and-clients.md 0). */
export interface ProblemDocument {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly diagnostics?: readonly DiagnosticJson[];
}

/** The server refused an operation because of what is in it: the diagnostics are printed, not the sentence. */
export class SpecRefused extends CliError {
  readonly diagnostics: readonly DiagnosticJson[];

  constructor(diagnostics: readonly DiagnosticJson[], requestId: string | null) {
    super(
      exitCodes.invalidSpec,
      `The operation has ${diagnostics.length === 1 ? 'a problem' : `${diagnostics.length} problems`}.`,
      null,
      requestId,
    );
    this.diagnostics = diagnostics;
  }
}

/** Turns an error answer into what the user is told. */
export function refusalOf(
  status: number,
  body: ProblemDocument | string | readonly unknown[],
  requestId: string | null,
): CliError {
  const problem: ProblemDocument = typeof body === 'object' && !Array.isArray(body) ? (body as ProblemDocument) : {};
  if (problem.diagnostics !== undefined && problem.diagnostics.length > 0)
    return new SpecRefused(problem.diagnostics, requestId);
  const [exitCode, fallback, hint] = meaningOf(status, problem.code);
  return new CliError(exitCode, sentenceOf(body, problem) ?? fallback, hint, requestId);
}

function meaningOf(status: number, code: string | undefined): readonly [ExitCode, string, string | null] {
  switch (status) {
    case 400:
      return [
        code?.startsWith('not_') === true ? exitCodes.notAllowedNow : exitCodes.failure,
        'The request was refused.',
        null,
      ];
    case 401:
      return [exitCodes.auth, 'The token was not accepted.', 'Log in again: `tandem login --url URL --token TOKEN`.'];
    case 403:
      return [exitCodes.auth, 'You may not do this.', null];
    case 404:
      return [exitCodes.notFound, 'There is no such thing, or it is not yours to see.', null];
    case 429:
      return [exitCodes.unreachable, 'The server is asked too often.', 'Wait a little and try again.'];
    case 503:
      return [exitCodes.unreachable, 'The server cannot do this at the moment.', 'Try again in a moment.'];
    default:
      return [exitCodes.failure, `The server answered ${status}.`, null];
  }
}

/** The server's own words, in whichever shape they came. */
function sentenceOf(body: unknown, problem: ProblemDocument): string | null {
  if (typeof body === 'string')
    return body.trim() === '' || body.length > 500 || body.startsWith('<') ? null : body.trim();
  if (Array.isArray(body)) return body.map(String).join(' ');
  if (problem.detail !== undefined) return problem.detail;
  if (problem.title !== undefined) return problem.title;
  if (typeof body !== 'object' || body === null) return null;
  const parts = Object.entries(body).map(
    ([field, messages]) => `${field}: ${Array.isArray(messages) ? messages.join(' ') : String(messages)}`,
  );
  return parts.length === 0 ? null : parts.join('; ');
}
