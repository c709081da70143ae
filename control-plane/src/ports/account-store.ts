import type { UserPrincipal } from '../domain/access/principal.ts';

/** An access token without its secret. */
export interface Token {
  readonly uuid: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** Users, their access tokens, and the first of each. */
export interface AccountStore {
  /** The user behind the hash of a token; null when it is unknown, revoked or expired, or the user is disabled. */
  userOfToken(hash: Uint8Array): Promise<UserPrincipal | null>;
  findUser(username: string): Promise<UserPrincipal | null>;
  listTokens(userId: number): Promise<readonly Token[]>;
  createToken(
    userId: number,
    token: { name: string; hash: Uint8Array; expiresInSeconds: number | null },
  ): Promise<Token>;
  renameToken(userId: number, uuid: string, name: string): Promise<Token | null>;
  /** False when the user has no such live token. */
  revokeToken(userId: number, uuid: string): Promise<boolean>;
  setEmail(userId: number, email: string): Promise<void>;
  /**
   * Makes the organisation, its owner and a first token when there is no user yet, in one transaction; false when there
   * is one. Several replicas may try at once: one of them wins.
   */
  createFirst(first: {
    organisation: string;
    username: string;
    hash: Uint8Array;
    project: string | null;
  }): Promise<boolean>;
}
