import { toJson } from '@tandem/shared/diagnostics';
import { assertNever } from '../domain/invariant.ts';
import { Outage } from '../domain/outage.ts';
import { Refusal, type RefusalReason } from '../domain/refusal.ts';

/** An error as HTTP has it: the body in the form of the clients, and what a problem document says instead. */
export interface Problem {
  readonly status: 400 | 401 | 403 | 404 | 500 | 503;
  readonly code: string;
  readonly title: string;
  readonly body: unknown;
  readonly diagnostics?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The one table from errors to HTTP. Never 409, 410, 413 or 422: the clients print a stack trace for a status that they
 * do not know (decisions.md 66). What is not in the table is a bug and says nothing but its incident.
 */
export function problemOf(error: unknown, incident: string): Problem {
  if (error instanceof Refusal) return ofRefusal(error.reason);
  if (error instanceof Outage) return ofOutage(error);
  return ofParser(error) ?? bug(incident);
}

/** The answer to no token and to every bad one: which it was is not said. */
export const unauthenticated: Problem = {
  status: 401,
  code: 'request/unauthenticated',
  title: 'Authentication credentials were not provided or are not valid.',
  body: { detail: 'Authentication credentials were not provided or are not valid.' },
  headers: { 'www-authenticate': 'Token' },
};

export const noSuchRoute: Problem = {
  status: 404,
  code: 'request/no-such-route',
  title: 'There is no such route.',
  body: { detail: 'Not found.' },
};

function ofRefusal(reason: RefusalReason): Problem {
  switch (reason.kind) {
    case 'not-found': {
      const title = `No ${reason.what} matches the given query.`;
      return { status: 404, code: 'request/not-found', title, body: { detail: title } };
    }
    case 'not-allowed':
      return { status: 403, code: 'request/not-allowed', title: reason.message, body: { detail: reason.message } };
    case 'invalid': {
      const title = Object.entries(reason.fields)
        .map(([field, messages]) => `${field}: ${messages.join(' ')}`)
        .join(' ');
      return { status: 400, code: reason.code, title, body: reason.fields };
    }
    case 'impossible':
      return { status: 400, code: reason.code, title: reason.message, body: [reason.message] };
    case 'problems': {
      const diagnostics = reason.problems.map(toJson);
      const first = diagnostics[0];
      const body = diagnostics.map(
        (each) => `${each.file}:${each.line}:${each.column}: ${each.message} [${each.code}]`,
      );
      return {
        status: 400,
        code: first?.code ?? 'request/problems',
        title: body[0] ?? 'The operation is wrong.',
        body,
        diagnostics,
      };
    }
    default:
      return assertNever(reason);
  }
}

function ofOutage(outage: Outage): Problem {
  const headers = outage.retry === 'never' ? {} : { 'retry-after': outage.retry === 'now' ? '1' : '5' };
  return {
    status: 503,
    code: `outage/${outage.code}`,
    title: outage.message,
    body: { detail: outage.message },
    headers,
  };
}

/** Errors of the body parser, by the names that it gives them. */
const parserErrors: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'JSON parse error.',
  'entity.too.large': 'The body is larger than 16 MiB.',
  'encoding.unsupported': 'The content encoding is not supported.',
  'charset.unsupported': 'The charset is not supported.',
  'request.aborted': 'The request was aborted.',
  'request.size.invalid': 'The body is not as long as its Content-Length.',
  'entity.verify.failed': 'The body could not be read.',
};

function ofParser(error: unknown): Problem | null {
  // A malformed %-escape in a path.
  if (error instanceof URIError) return badRequest('The address is malformed.');
  if (!(error instanceof Error) || !('type' in error) || typeof error.type !== 'string') return null;
  const detail = Object.hasOwn(parserErrors, error.type) ? parserErrors[error.type] : undefined;
  return detail === undefined ? null : badRequest(detail);
}

function badRequest(detail: string): Problem {
  return { status: 400, code: 'request/malformed', title: detail, body: { detail } };
}

function bug(incident: string): Problem {
  const detail = `Something went wrong on our side; it is logged as incident ${incident}.`;
  return { status: 500, code: 'request/internal', title: detail, body: { detail } };
}

/** The body of a problem document (RFC 9457), for clients that ask for `application/problem+json`. */
export function problemDocument(problem: Problem, instance: string): object {
  return {
    type: 'about:blank',
    title: problem.title,
    status: problem.status,
    code: problem.code,
    instance,
    ...(problem.diagnostics === undefined ? {} : { diagnostics: problem.diagnostics }),
    ...(problem.status === 400 && !Array.isArray(problem.body) ? { fields: problem.body } : {}),
  };
}
