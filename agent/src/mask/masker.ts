import { Buffer } from 'node:buffer';
import type { Secret } from '../secret.ts';
import { buildAutomaton } from './automaton.ts';
import { formsOf } from './forms.ts';
import { MaskStream, maskText } from './mask-stream.ts';
import { maskPatterns } from './patterns.ts';

/** Limits of the automaton; above them only patterns are masked, and `complete` is false (trust.md 2.5). */
export const maskLimits = { values: 2_000, bytes: 32 * 1024 * 1024 } as const;

export type MaskingMode = 'values' | 'patterns' | 'off';

/** Masks text and streams with one fixed set of secrets. */
export interface Masker {
  /** Whether every given value is covered. False: too many or too large, patterns only. */
  readonly complete: boolean;
  /** One whole piece of text. */
  text(text: string): string;
  /** One line; `cut` says that its end was lost, so that a secret may begin in it and not end. */
  line(bytes: Uint8Array, cut: boolean): string;
  /** A stream of chunks that may cut a secret anywhere: only known values, no patterns. */
  stream(): MaskStream;
}

/** A masker for these values. `off` masks nothing, `patterns` ignores the values. */
export function createMasker(mode: MaskingMode, secrets: readonly Secret[]): Masker {
  const forms = mode === 'values' ? allForms(secrets) : [];
  const automaton = buildAutomaton(forms ?? []);
  const patterns = mode === 'off' ? (text: string) => text : maskPatterns;

  const line = (bytes: Uint8Array, cut: boolean): string => {
    const stream = new MaskStream(automaton);
    const masked = Buffer.concat([stream.push(bytes), stream.flush(cut)]);
    return patterns(masked.toString('utf8'));
  };
  return {
    complete: forms !== null,
    text: (text) => line(Buffer.from(text, 'utf8'), false),
    line,
    stream: () => new MaskStream(automaton),
  };
}

/** Null when the limits are passed. */
function allForms(secrets: readonly Secret[]): readonly Buffer[] | null {
  if (secrets.length > maskLimits.values) return null;
  const forms: Buffer[] = [];
  let bytes = 0;
  for (const secret of secrets) {
    for (const form of formsOf(secret.reveal())) {
      bytes += form.length;
      if (bytes > maskLimits.bytes) return null;
      // A form that is what a mask prints would be masked over and over.
      if (form.toString('utf8') !== maskText) forms.push(form);
    }
  }
  return forms;
}
