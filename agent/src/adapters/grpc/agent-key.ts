import { createHash, randomUUID } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { Identity } from '../files/identity-file.ts';

export type PrivateJwk = Identity['privateJwk'];

/** Life of an own token, in seconds. */
const tokenSeconds = 300;

/** A new Ed25519 key pair. */
export async function newKey(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  if (x === undefined || d === undefined) throw new Error('An Ed25519 key has x and d.');
  return { kty: 'OKP', crv: 'Ed25519', x, d };
}

/** The public half as JWK text. */
export function publicJwk({ kty, crv, x }: PrivateJwk): string {
  return JSON.stringify({ kty, crv, x });
}

/** RFC 7638 thumbprint: the key's id everywhere. */
export function thumbprint({ kty, crv, x }: PrivateJwk): Promise<string> {
  return calculateJwkThumbprint({ kty, crv, x }, 'sha256');
}

/** Proof for Enroll: whoever holds the private key knows the token. `nowMs` by the control plane's clock as far as known. */
export async function enrolmentProof(key: PrivateJwk, token: string, nowMs: number): Promise<string> {
  const claims = {
    aud: 'tandem/enroll',
    token_sha256: createHash('sha256').update(token).digest('hex'),
    iat: Math.floor(nowMs / 1000),
  };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', kid: await thumbprint(key) })
    .sign(await importJWK(key, 'EdDSA'));
}

/** Makes the agent's own tokens: EdDSA, iss = sub = agent id, five minutes, a new `jti` each (agent-and-kubernetes.md 4.5). */
export async function tokenMaker(identity: Identity): Promise<(nowMs: number) => Promise<string>> {
  const key = await importJWK(identity.privateJwk, 'EdDSA');
  const kid = await thumbprint(identity.privateJwk);
  return (nowMs) => {
    const now = Math.floor(nowMs / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(identity.agentId)
      .setSubject(identity.agentId)
      .setAudience(identity.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + tokenSeconds)
      .setJti(randomUUID())
      .sign(key);
  };
}
