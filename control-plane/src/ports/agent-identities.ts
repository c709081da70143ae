import type { JWK } from 'jose';

/** Who an agent is: its public keys, and how it came to have them. */
export interface AgentIdentities {
  /** The audience that agents sign for: this installation. */
  audience(): Promise<string>;
  /** The agent with its present keys; null when there is none, or none any more. */
  find(agentUuid: string): Promise<KnownAgent | null>;
  /** Binds a key to the agent of a one-time token. A used, expired or unknown token gives `used` or `unknown`. */
  enrol(request: EnrolmentRequest): Promise<Enrolled | { readonly kind: 'used' } | { readonly kind: 'unknown' }>;
}

export interface KnownAgent {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly keys: readonly { readonly kid: string; readonly jwk: JWK }[];
}

export interface EnrolmentRequest {
  readonly tokenHash: Uint8Array;
  /** RFC 7638 thumbprint of the key. */
  readonly kid: string;
  readonly jwk: JWK;
}

export interface Enrolled {
  readonly kind: 'enrolled';
  readonly agentId: number;
  readonly uuid: string;
  readonly name: string;
  readonly owner: string;
}
