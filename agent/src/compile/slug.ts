import { sha256Hex } from '@tandem/shared/wire';

/**
 * Text as a DNS label: lower-case letters, digits and dashes, both ends alphanumeric. Empty when nothing of it is left.
 * What is lost may make two texts equal: names that must stay apart get a hash besides.
 */
export function dnsLabel(text: string, longest = 63): string {
  return trimmed(text.toLowerCase().replace(/[^a-z0-9]+/g, '-'), longest, /^-+|-+$/g);
}

/** Text as the value of a label: letters, digits, `-`, `_` and `.`, at most 63, both ends alphanumeric (agent-and-kubernetes.md 2.1). */
export function labelValue(text: string): string {
  return trimmed(text.replace(/[^A-Za-z0-9._-]+/g, '-'), 63, /^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g);
}

/** Text as the key of a label or an annotation: a name, with a DNS domain before it or none. Empty when no name is left. */
export function metadataKey(text: string): string {
  const slash = text.lastIndexOf('/');
  const name = labelValue(text.slice(slash + 1));
  const domain = text
    .slice(0, Math.max(0, slash))
    .split('.')
    .map((part) => dnsLabel(part))
    .filter((part) => part !== '')
    .join('.');
  if (name === '' || domain === '' || domain.length > 253) return name;
  return `${domain}/${name}`;
}

/** The first digits of a hash, for names that must differ where their texts do. */
export function shortHash(text: string): string {
  return sha256Hex(new TextEncoder().encode(text)).slice(0, 10);
}

function trimmed(text: string, longest: number, ends: RegExp): string {
  // Cut first: the cut may leave a sign at the end.
  return text.replace(ends, '').slice(0, longest).replace(ends, '');
}
