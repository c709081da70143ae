import { maskText } from './mask-stream.ts';

/**
 * Shapes of credentials that are masked without knowing their values (trust.md 2.3). Every expression is linear: no
 * nested repetition, every repetition has a bound or a delimiter that it cannot cross.
 */
const shapes: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,16384}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\beyJ[\w-]{8,8192}\.[\w-]{4,8192}\.[\w-]{0,8192}/g,
  /\b(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w.-]{20,1024}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}/g,
  /\bgithub_pat_\w{20,255}/g,
  /\bglpat-[\w-]{16,255}/g,
  /\bhf_[A-Za-z0-9]{20,255}/g,
  /\bxox[abeoprs]-[\w-]{10,255}/g,
  /\bsk-[\w-]{20,255}/g,
  /\bAccountKey=[A-Za-z0-9+/=]{20,255}/g,
  /([?&](?:sig|X-Amz-Signature|X-Goog-Signature)=)[\w%+/=-]{16,1024}/gi,
  /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{0,255}:[^\s/@]{1,255}@/gi,
  /\b(authorization: *(?:bearer|basic) +)[\w.~+/=-]{8,8192}/gi,
];

/** The text with everything that looks like a credential replaced. What stood before it in the match stays. */
export function maskPatterns(text: string): string {
  let masked = text;
  for (const shape of shapes) {
    masked = masked.replace(shape, (_all, before: unknown) => {
      const kept = typeof before === 'string' ? before : '';
      return kept.endsWith('://') ? `${kept}${maskText}@` : `${kept}${maskText}`;
    });
  }
  return masked;
}
