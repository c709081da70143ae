import { errors, jwtVerify, SignJWT } from 'jose';
import type { KeyRing } from './signing-keys.ts';

/** By these the replicas of one installation know each other: whoever reads the database and the secret is one. */
export interface ReplicaTokens {
  /** Good for a minute. */
  sign(): Promise<string>;
  verify(token: string): Promise<boolean>;
}

export function joseReplicaTokens(keys: KeyRing): ReplicaTokens {
  return {
    sign: async () => {
      const { kid, privateKey } = await keys.current();
      return new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setAudience('replica')
        .setIssuedAt()
        .setExpirationTime('60s')
        .sign(privateKey);
    },
    verify: async (token) => {
      try {
        const key = async (header: { readonly kid?: string }) => {
          const found = header.kid === undefined ? null : await keys.publicKey(header.kid);
          if (found === null) throw new errors.JWKSNoMatchingKey();
          return found;
        };
        await jwtVerify(token, key, {
          audience: 'replica',
          algorithms: ['EdDSA'],
          requiredClaims: ['exp'],
          clockTolerance: 60,
        });
        return true;
      } catch (error) {
        if (error instanceof errors.JOSEError) return false;
        throw error;
      }
    },
  };
}
