import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { RunClaims, RunTokens } from '../../ports/run-tokens.ts';
import type { KeyRing } from './signing-keys.ts';

/** Run tokens as JWT with EdDSA and nothing else: no other algorithm is ever looked at (attacks.md V13). */
export function joseRunTokens(keys: KeyRing): RunTokens {
  return {
    sign: async (run, validSeconds) => {
      const { kid, privateKey } = await keys.current();
      return new SignJWT({ attempt: run.attempt })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
        .setAudience('run')
        .setSubject(run.uuid)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${Math.ceil(validSeconds)}s`)
        .sign(privateKey);
    },
    read: (token) => read(keys, token),
  };
}

async function read(keys: KeyRing, token: string): Promise<RunClaims | null> {
  try {
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        const key = header.kid === undefined || header.kid.length > 64 ? null : await keys.publicKey(header.kid);
        if (key === null) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      { audience: 'run', algorithms: ['EdDSA'], requiredClaims: ['sub', 'jti', 'exp'], clockTolerance: 60 },
    );
    const { sub, jti, attempt } = payload;
    if (sub === undefined || jti === undefined || typeof attempt !== 'number') return null;
    return { runUuid: sub, attempt, jti };
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
