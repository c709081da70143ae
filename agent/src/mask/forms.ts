import { Buffer } from 'node:buffer';

/** Shorter or trivial values are not masked: a one-letter secret would blank whole logs (trust.md 2.5). */
export const shortestMasked = 8;

/**
 * Every form in which a secret shows in text: as it is, URL- and JSON-escaped, hex, and base64 in its three alignments
 * without the edge characters that depend on what stands beside it (trust.md 2.5). Of a text with several lines, each
 * line counts too. Forms shorter than 8 bytes are left out.
 */
export function formsOf(value: string): readonly Buffer[] {
  const whole = value.replace(/\r?\n$/, '');
  const parts = new Set([value, whole, ...whole.split(/\r?\n/)]);
  const forms = new Set<string>();
  for (const part of parts) {
    if (Buffer.byteLength(part) < shortestMasked) continue;
    for (const form of writtenForms(part)) forms.add(form);
  }
  return [...forms].map((form) => Buffer.from(form, 'utf8')).filter((form) => form.length >= shortestMasked);
}

function writtenForms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  const hex = bytes.toString('hex');
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  return [
    text,
    json,
    json.replaceAll('/', '\\/'),
    asciiJson(json),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((shift) => base64Core(bytes, shift)),
  ];
}

const asciiJson = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Characters of base64 that this value alone decides when `shift` unknown bytes stand before it. */
function base64Core(bytes: Buffer, shift: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const first = Math.ceil((shift * 8) / 6);
  const end = Math.floor((padded.length * 8) / 6);
  const standard = padded.toString('base64').slice(first, end);
  return [standard, standard.replaceAll('+', '-').replaceAll('/', '_')];
}
