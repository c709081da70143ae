const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `prefix` and the bytes as a number in base 62, of one length for one number of bytes. 32 bytes are 43 digits. */
export function tokenText(prefix: string, bytes: Uint8Array): string {
  let rest = 0n;
  for (const byte of bytes) rest = (rest << 8n) | BigInt(byte);
  let text = '';
  const length = Math.ceil((bytes.length * 8) / Math.log2(62));
  for (let at = 0; at < length; at += 1) {
    text = (digits[Number(rest % 62n)] ?? '0') + text;
    rest /= 62n;
  }
  return prefix + text;
}

/** An access token of a user. Found by secret scanners through its prefix. */
export const accessPrefix = 'tdm_';
/** A token that an agent turns into its identity, once. */
export const enrolmentPrefix = 'tde_';

/**
 * The token in an Authorization header, whatever the case of the scheme; null when there is none. Clients send
 * `Token`, tools send `Bearer` (rest-api-and-clients.md 0).
 */
export function tokenOf(authorization: string | undefined): string | null {
  const found = /^(?:token|bearer)\s+(\S{1,4096})$/i.exec(authorization?.trim() ?? '');
  return found?.[1] ?? null;
}
