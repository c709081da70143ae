import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { tokenText } from '../domain/access-token.ts';
import type { Secrets } from '../ports/secrets.ts';

const hash = (data: string | Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** Secrets from the operating system's randomness. */
export function nodeSecrets(): Secrets {
  return {
    create: (prefix) => {
      const text = tokenText(prefix, randomBytes(32));
      return { text, hash: hash(text) };
    },
    hash,
    runUuid: () => randomUUID().replaceAll('-', ''),
  };
}
