import { isList, isMap, type Value } from '@tandem/shared/values';
import { decodeWire, encodeWire } from '@tandem/shared/wire';
import type { Clean } from './clean.ts';

/** Outputs are limited as a whole, where they are read; one text of them is not cut. */
const noLimit = Number.POSITIVE_INFINITY;

/**
 * The outputs of a run, fit to leave the cluster: every text and every key in them is cleaned, and a number that is a
 * secret becomes the mask. They are the user's own, yet a program that writes its configuration there is easily written.
 * What cannot be read goes up as nothing.
 */
export function cleanOutputs(wire: Uint8Array, clean: (text: string, limitBytes: number) => Clean): Buffer {
  const decoded = decodeWire(Buffer.from(wire).toString('utf8'));
  if (!decoded.ok) return Buffer.alloc(0);
  return Buffer.from(encodeWire(cleaned(decoded.value, (text) => clean(text, noLimit))), 'utf8');
}

function cleaned(value: Value, clean: (text: string) => Clean): Value {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'bigint' || typeof value === 'number') {
    const text = encodeWire(value);
    const shown = clean(text);
    return shown === text ? value : shown;
  }
  if (isList(value)) return value.map((each) => cleaned(each, clean));
  return isMap(value) ? new Map([...value].map(([key, each]) => [clean(key), cleaned(each, clean)])) : value;
}
