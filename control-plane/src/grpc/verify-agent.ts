import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import type { AgentIdentities, KnownAgent } from '../ports/agent-identities.ts';

/** Accepted difference between the agent's clock and ours (agent-and-kubernetes.md 4.5). */
const skewSeconds = 60;
/** Longest life of an agent's own token. */
const longestSeconds = 300;
/** A token's id is remembered until the token is over; this many at most, the oldest go first. */
const mostRemembered = 50_000;

/**
 * Checks the token that an agent signed for itself: known agent, its own key, our audience, young, and new.
 * Gives null for anything else; the caller says no more than "unauthenticated".
 */
export function agentVerifier(
  identities: AgentIdentities,
): (authorization: string, once: boolean) => Promise<KnownAgent | null> {
  const seen = new Set<string>();
  let audience: string | null = null;

  return async (authorization, once) => {
    const token = /^bearer ([\w.-]{1,4096})$/i.exec(authorization)?.[1];
    if (token === undefined) return null;
    audience ??= await identities.audience();
    try {
      const { kid, alg } = decodeProtectedHeader(token);
      if (alg !== 'EdDSA' && alg !== 'Ed25519') return null;
      const claimed = subjectOf(token);
      const agent = claimed === null ? null : await identities.find(claimed);
      const key = agent?.keys.find((each) => each.kid === kid);
      if (agent === null || key === undefined) return null;
      const { payload } = await jwtVerify(token, await importJWK(key.jwk, alg), {
        audience,
        issuer: agent.uuid,
        subject: agent.uuid,
        algorithms: [alg],
        clockTolerance: skewSeconds,
        requiredClaims: ['exp', 'iat', 'jti'],
      });
      if ((payload.exp ?? 0) - (payload.iat ?? 0) > longestSeconds + skewSeconds) return null;
      return !once || remember(seen, `${agent.uuid} ${payload.jti}`) ? agent : null;
    } catch {
      // Malformed, expired, not signed by this key: all the same to whoever asks.
      return null;
    }
  };
}

function remember(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const oldest = seen.values().next().value;
  if (seen.size > mostRemembered && oldest !== undefined) seen.delete(oldest);
  return true;
}

/** The claimed subject, unverified: it only tells which keys to try. */
function subjectOf(token: string): string | null {
  const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  if (typeof payload !== 'object' || payload === null || !('sub' in payload)) return null;
  return typeof payload.sub === 'string' ? payload.sub : null;
}
