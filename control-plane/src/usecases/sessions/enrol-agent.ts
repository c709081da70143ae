import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import type { AgentIdentities, Enrolled } from '../../ports/agent-identities.ts';

export type Enrolment =
  | (Enrolled & { readonly audience: string })
  | { readonly kind: 'used' | 'unknown' | 'bad-proof' };

/** Accepted age of a proof, in seconds: clocks of new machines are often wrong, and the token is what counts. */
const proofAgeSeconds = 600;

/**
 * Turns a one-time token into an identity, if the caller proves that it holds the private half of the key
 * (agent-and-kubernetes.md 4.5). The token is dead afterwards, whatever happens to our answer: an agent that did not get
 * it needs a new token, which is safer than one that works twice.
 */
export async function enrolAgent(
  identities: AgentIdentities,
  request: { readonly token: string; readonly publicJwk: string; readonly proof: string },
  nowMs: number,
): Promise<Enrolment> {
  const tokenHash = createHash('sha256').update(request.token).digest();
  const jwk = publicKeyOf(request.publicJwk);
  if (jwk === null || !(await isProven(request.proof, jwk, tokenHash.toString('hex'), nowMs)))
    return { kind: 'bad-proof' };
  const enrolled = await identities.enrol({ tokenHash, kid: await calculateJwkThumbprint(jwk), jwk });
  return enrolled.kind === 'enrolled' ? { ...enrolled, audience: await identities.audience() } : enrolled;
}

/** Only the public members of an Ed25519 key; a private one that came by mistake is not kept. */
function publicKeyOf(text: string): JWK | null {
  try {
    const jwk: unknown = JSON.parse(text);
    if (typeof jwk !== 'object' || jwk === null || !('kty' in jwk && 'crv' in jwk && 'x' in jwk)) return null;
    if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || typeof jwk.x !== 'string') return null;
    return { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
  } catch {
    // Not JSON: no key.
    return null;
  }
}

async function isProven(proof: string, jwk: JWK, tokenSha256: string, nowMs: number): Promise<boolean> {
  try {
    const { payload } = await compactVerify(proof, await importJWK(jwk, 'EdDSA'), { algorithms: ['EdDSA', 'Ed25519'] });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (
      typeof claims !== 'object' ||
      claims === null ||
      !('aud' in claims && 'token_sha256' in claims && 'iat' in claims)
    )
      return false;
    const fresh = typeof claims.iat === 'number' && Math.abs(nowMs / 1000 - claims.iat) <= proofAgeSeconds;
    return claims.aud === 'tandem/enroll' && claims.token_sha256 === tokenSha256 && fresh;
  } catch {
    // Not signed by that key, or not a signature at all.
    return false;
  }
}
