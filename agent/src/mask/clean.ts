import { Buffer } from 'node:buffer';
import type { Masker } from './masker.ts';

declare const cleaned: unique symbol;

/** A text that may leave the cluster: masked, printable, whole UTF-8, of limited length (trust.md 2.2). Only `clean` makes one. */
export type Clean = string & { readonly [cleaned]: true };

const longestBytes = 4 * 1024;
const ellipsis = '…';

// An escape sequence: CSI, OSC up to its end, or a single escaped character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ansi = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// Control characters but tab and line feed, and those that turn the direction of text around.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text without escape sequences and control characters (tab and line feed stay), with broken UTF-16 repaired. */
export function printable(text: string): string {
  return text.replace(ansi, '').replace(control, '').toWellFormed();
}

/**
 * Makes any text fit to go up. It is masked before and after control characters are dropped, since dropping them can
 * put the two halves of a secret together.
 */
export function clean(text: string, masker: Masker, limitBytes: number = longestBytes): Clean {
  const masked = masker.text(printable(masker.text(text.toWellFormed())));
  return cut(masked, limitBytes) as Clean; // The one place that may say so.
}

function cut(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limitBytes) return text;
  const room = limitBytes - Buffer.byteLength(ellipsis);
  let end = room;
  // Step back over the bytes of a character that would be cut in two.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString('utf8')}${ellipsis}`;
}
