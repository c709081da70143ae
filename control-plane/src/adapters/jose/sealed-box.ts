import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts small secrets at rest with a key that is not in the database. */
export interface SealedBox {
  seal(plain: Uint8Array): Uint8Array;
  /** Throws when the bytes were sealed with another key, or changed. */
  open(sealed: Uint8Array): Uint8Array;
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under a key derived from the installation's secret, one key per purpose. */
export function sealedBox(secret: Uint8Array, purpose: string): SealedBox {
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), `tandem/${purpose}`, 32));
  return {
    seal: (plain) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open: (sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    },
  };
}
