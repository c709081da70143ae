import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { sql } from 'kysely';
import type { Db } from '../postgres/db.ts';
import type { SealedBox } from './sealed-box.ts';

/** A key pair of this installation. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

/** Keys of one purpose: one to sign with, and all public halves to verify with. */
export interface KeyRing {
  current(): Promise<SigningKey>;
  /** Null for a key that is not ours. */
  publicKey(kid: string): Promise<CryptoKey | null>;
}

/**
 * Keys in the table `signing_keys`, private halves encrypted. The first key is made when it is first needed; replicas that
 * do so at once agree on the one whose row came first.
 */
export function keyRing(db: Db, box: SealedBox, purpose: string): KeyRing {
  let current: Promise<SigningKey> | undefined;
  const known = new Map<string, CryptoKey>();
  return {
    current: () => {
      current ??= loadOrMake(db, box, purpose).catch((error: unknown) => {
        current = undefined;
        throw error;
      });
      return current;
    },
    publicKey: async (kid) => {
      const cached = known.get(kid);
      if (cached !== undefined) return cached;
      const row = await db
        .selectFrom('signing_keys')
        .where('kid', '=', kid)
        .where('purpose', '=', purpose)
        .select('public_jwk')
        .executeTakeFirst();
      if (row === undefined) return null;
      const key = await importKey(row.public_jwk);
      known.set(kid, key);
      return key;
    },
  };
}

async function loadOrMake(db: Db, box: SealedBox, purpose: string): Promise<SigningKey> {
  const found = await load(db, box, purpose);
  if (found !== null) return found;
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = box.seal(Buffer.from(JSON.stringify(await exportJWK(pair.privateKey))));
  await sql`
    insert into signing_keys (kid, purpose, public_jwk, private_jwk)
    select ${kid}, ${purpose}, ${JSON.stringify(publicJwk)}::jsonb, ${privateJwk}::bytea
    where not exists (select 1 from signing_keys where purpose = ${purpose} and retired_at is null)`.execute(db);
  const made = await load(db, box, purpose);
  if (made === null) throw new Error(`bug: the key for ${purpose} was not stored`);
  return made;
}

async function load(db: Db, box: SealedBox, purpose: string): Promise<SigningKey | null> {
  const row = await db
    .selectFrom('signing_keys')
    .where('purpose', '=', purpose)
    .where('retired_at', 'is', null)
    .select(['kid', 'private_jwk'])
    .orderBy('created_at')
    .orderBy('kid')
    .executeTakeFirst();
  if (row === undefined) return null;
  return { kid: row.kid, privateKey: await importKey(new TextDecoder().decode(box.open(row.private_jwk))) };
}

async function importKey(jwkText: string): Promise<CryptoKey> {
  const jwk: JWK = JSON.parse(jwkText);
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array) throw new Error('bug: a signing key is symmetric');
  return key;
}
