/** What a text looks like: the family of secrets, and its length. Never the text itself. */
export interface SecretLike {
  readonly family: string;
  readonly length: number;
}

/** Shapes of known secrets (trust.md 2.3). Each is anchored at letters that ordinary text does not have, and linear. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ['private key', /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/],
  ['JSON web token', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
  ['AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['Google API key', /\bAIza[A-Za-z0-9_-]{35}/],
  ['GitHub token', /\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}/],
  ['GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['Hugging Face token', /\bhf_[A-Za-z0-9]{20,}/],
  ['Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['address with a password', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@{}]{1,200}:[^\s/@{}]{1,200}@/i],
  ['Azure shared access signature', /[?&]sig=[A-Za-z0-9%+/]{30,}/],
  ['Azure storage key', /\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}/],
];

const secretName = /(?:TOKEN|PASSWORD|PASSWD|SECRET|_KEY|APIKEY)$/i;
const shortest = 20;
/** Bits per character above which a text is more random than words are (trust.md 2.3). */
const leastEntropy = 4;

/**
 * Says whether a text looks like a secret: one of the known shapes anywhere in it, or a random text of 20 or more characters
 * under a name such as `API_TOKEN`. Gives family and length, never the text.
 */
export function secretLike(text: string, name?: string): SecretLike | undefined {
  for (const [family, shape] of shapes) {
    const match = shape.exec(text);
    if (match !== null) return { family, length: match[0].length };
  }
  const isNamed = name !== undefined && secretName.test(name);
  return isNamed && text.length >= shortest && !/\s/.test(text) && entropy(text) > leastEntropy
    ? { family: `random text named "${name}"`, length: text.length }
    : undefined;
}

/** Shannon entropy in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const unit of text) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
