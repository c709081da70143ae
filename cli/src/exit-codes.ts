/** Exit codes of the command line; scripts rely on them (rest-api-and-clients.md 5.2). */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  auth: 3,
  notFound: 4,
  invalidSpec: 5,
  notAllowedNow: 6,
  unreachable: 7,
  timeout: 8,
  runFailed: 10,
  runStopped: 11,
  runSkipped: 12,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure that the user is told in one line, with what to do about it. Anything else that is thrown is a bug. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | null;
  readonly requestId: string | null;

  constructor(exitCode: ExitCode, message: string, hint: string | null = null, requestId: string | null = null) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.hint = hint;
    this.requestId = requestId;
  }
}

/** What `--wait` answers for the end of a run. */
export function exitCodeOf(status: string): ExitCode {
  switch (status) {
    case 'succeeded':
      return exitCodes.ok;
    case 'stopped':
      return exitCodes.runStopped;
    case 'skipped':
    case 'upstream_failed':
      return exitCodes.runSkipped;
    default:
      return exitCodes.runFailed;
  }
}
