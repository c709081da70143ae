/** Exit codes, for those who start agents: scripts, service managers, tests. */
export const exitCodes = { ok: 0, badConfig: 2, locked: 3, refused: 4, lostLease: 5 } as const;

/** The agent cannot or must not run; `exitCode` is one of `exitCodes`, the message a sentence for a person. */
export class StartProblem extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
