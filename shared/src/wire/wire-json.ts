import { readJson } from '../source/json.ts';
import { toValue } from '../values/from-node.ts';
import { isMap, type Value } from '../values/value.ts';

/**
 * Canonical wire JSON (trust.md 3.3): keys in order of their UTF-16 units and no blanks, as in RFC 8785, but a float always
 * shows `.` or `e` and an integer is all its digits, so that `2` and `2.0` stay different. Equal values give equal text.
 *
 * The value must be encodable (`unencodable`); a float that is not finite is a bug of the caller.
 */
export function encodeWire(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return encodeFloat(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (!isMap(value)) return `[${value.map(encodeWire).join(',')}]`;
  const keys = [...value.keys()].sort(byUnits);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${encodeWire(value.get(key) ?? null)}`).join(',')}}`;
}

/** The order of JSON keys on the wire: by UTF-16 units, the same on every machine. */
export function byUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function encodeFloat(value: number): string {
  if (!Number.isFinite(value))
    throw new Error('A float that is not finite reached the wire; the stage before must refuse it.');
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return text.includes('.') || text.includes('e') ? text : `${text}.0`;
}

/** Why a value cannot be put on the wire exactly, or undefined when it can: NaN, infinities, broken UTF-16. */
export function unencodable(value: Value): 'not-finite' | 'broken-text' | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'not-finite';
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'broken-text';
  if (value === null || typeof value !== 'object') return undefined;
  const inside = isMap(value) ? [...value.keys(), ...value.values()] : value;
  for (const each of inside) {
    const why = unencodable(each);
    if (why !== undefined) return why;
  }
  return undefined;
}

// Deeper than a source text may be, since a sealed spec stands around what the author wrote.
const maxWireDepth = 160;

export type Decoded = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

/** Reads wire JSON from the other side. Refuses repeated keys, lone surrogates and floats out of range; never throws. */
export function decodeWire(text: string): Decoded {
  const read = readJson({ name: 'wire', text }, maxWireDepth);
  if (!read.ok) return { ok: false, message: read.problems.at(-1)?.message ?? 'This is not JSON.' };
  const repeated = read.warnings[0];
  if (repeated !== undefined) return { ok: false, message: repeated.message };
  const value = toValue(read.value);
  const why = unencodable(value);
  return why === undefined ? { ok: true, value } : { ok: false, message: 'A text holds half of a UTF-16 pair.' };
}
