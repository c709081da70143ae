/** A new token: the text that its holder gets once, and the hash that is stored. */
export interface NewSecret {
  readonly text: string;
  readonly hash: Uint8Array;
}

/** Randomness and hashing, so that use cases stay functions of their arguments. */
export interface Secrets {
  /** 256 random bits as text with the prefix. */
  create(prefix: string): NewSecret;
  /** sha256: a token has 256 random bits, so there is nothing to guess and nothing to slow down. */
  hash(data: string | Uint8Array): Uint8Array;
  /** A uuid of version 4 as 32 hex digits (decisions.md 44). */
  runUuid(): string;
}
