/**
 * Length of the pieces that are looked for: a leak of a part counts too. Chance finds none of them in any text. Hex needs more:
 * ten of its digits are five characters, and a database is full of names that chance has made.
 */
const windowLengths = { hex: 18, others: 10 } as const;

/** One place where something was found that must not be there. */
export interface Hit {
  /** Which of the planted values. */
  readonly label: string;
  readonly place: string;
  /** The text around it, for whoever mends the leak. */
  readonly around: string;
}

/** Looks for pieces of planted values in any text. */
export interface Scanner {
  scan(place: string, text: string | Buffer): readonly Hit[];
}

/** A scanner for values by their labels, in every form of `writtenForms` (trust.md 2.4). */
export function scannerOf(values: ReadonlyMap<string, string>): Scanner {
  const windows = new Map<number, Map<string, string>>();
  for (const [label, value] of values) {
    for (const { text, length } of writtenForms(value)) {
      const ofLength = windows.get(length) ?? new Map<string, string>();
      windows.set(length, ofLength);
      for (let at = 0; at + length <= text.length; at += 1) ofLength.set(text.slice(at, at + length), label);
    }
  }
  return {
    scan: (place, text) => {
      // Bytes as characters, so that a form of many bytes is found wherever it stands.
      const searched = Buffer.isBuffer(text) ? text.toString('latin1') : Buffer.from(text, 'utf8').toString('latin1');
      const found = new Map<string, Hit>();
      for (const [length, labels] of windows) {
        for (let at = 0; at + length <= searched.length; at += 1) {
          const label = labels.get(searched.slice(at, at + length));
          if (label === undefined || found.has(label)) continue;
          found.set(label, { label, place, around: searched.slice(Math.max(0, at - 120), at + 80) });
        }
      }
      return [...found.values()];
    },
  };
}

interface WrittenForm {
  readonly text: string;
  /** Of the pieces that are looked for, in characters. */
  readonly length: number;
}

/** Raw, JSON-escaped, URL-escaped, hex, and base64 in three alignments; as bytes in characters. */
function writtenForms(value: string): readonly WrittenForm[] {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const url = encodeURIComponent(value);
  const hex = bytes.toString('hex');
  const texts = [value, json, ascii, url, url.toLowerCase(), ...[0, 1, 2].flatMap((shift) => base64Of(bytes, shift))];
  const others = new Set(texts.map((text) => Buffer.from(text, 'utf8').toString('latin1')));
  return [
    ...[hex, hex.toUpperCase()].map((text) => ({ text, length: windowLengths.hex })),
    ...[...others].map((text) => ({ text, length: windowLengths.others })),
  ];
}

/** What of the base64 text is decided by these bytes alone when `shift` others stand before them. */
function base64Of(bytes: Buffer, shift: number): readonly string[] {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const core = padded.toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor((padded.length * 8) / 6));
  return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
}
