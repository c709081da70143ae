/** What a run token says; whether it is still good is decided by the run's state (trust.md 6). */
export interface RunClaims {
  /** 32 hex digits. */
  readonly runUuid: string;
  readonly attempt: number;
  readonly jti: string;
}

/** Signs and reads run tokens with the keys of this installation. */
export interface RunTokens {
  /** A token for the pod of one attempt. `validSeconds` is an outer bound only. */
  sign(run: { readonly uuid: string; readonly attempt: number }, validSeconds: number): Promise<string>;
  /** Null for anything that is not a token of ours with a good signature and date. Never throws for a bad token. */
  read(token: string): Promise<RunClaims | null>;
}
