/** Who asks, once the token was checked. */
export type Principal = UserPrincipal | RunPrincipal;

export interface UserPrincipal {
  readonly kind: 'user';
  readonly id: number;
  readonly username: string;
  readonly email: string;
  /** The first organisation that the user is a member of: the default owner of clients. */
  readonly organisation: string | null;
}

/** The pod of a run, by its run token: it reaches its own run and nothing else (trust.md 6). */
export interface RunPrincipal {
  readonly kind: 'run';
  /** 32 hex digits. */
  readonly runUuid: string;
  readonly attempt: number;
  readonly owner: string;
  readonly project: string;
  readonly projectId: number;
}

/** The author of a log entry, as `run_log.writer` has it. */
export function writerOf(principal: Principal): string {
  return principal.kind === 'user' ? `user:${principal.username}` : `run:${principal.runUuid}`;
}
