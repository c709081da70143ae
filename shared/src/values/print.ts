import { isList, isMap, type Value } from './value.ts';

/** A float as Python prints it: the shortest digits, always with `.0` or an exponent of two digits (`2.0`, `1e-05`, `1e+16`). */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(exponentText);
  const digits = mantissa.replace('.', '');
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** A value as Python's `str` prints it, which is how it stands inside other text (compiler.md 3.6): `True`, `None`, `[1, 'a']`. */
export function pythonText(value: Value): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** A value as Python's `repr` prints it: texts in quotes. */
export function pythonRepr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return pythonFloat(value);
  if (typeof value === 'string') return pythonQuoted(value);
  if (isMap(value))
    return `{${[...value].map(([key, each]) => `${pythonQuoted(key)}: ${pythonRepr(each)}`).join(', ')}}`;
  return `[${value.map(pythonRepr).join(', ')}]`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** All but printable ASCII without the backslash. Most texts have none, so they are looked through once. */
const unusual = /[^ -[\]-~]/;

/** What Python writes as an escape: control and unassigned characters, halves of pairs, and blanks but the ordinary one. */
const unprintable = /\\|(?! )[\p{C}\p{Z}]/gu;

function pythonQuoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = unusual.test(text) ? text.replace(unprintable, escaped) : text;
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

function escaped(character: string): string {
  const known = escapes[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** A float as JSON of the reference has it: `2.0`, `0.00001`, `1.5e-7`, `1e22`. A whole one keeps its `.0`. */
export function jsonFloat(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (size >= 1e-4 && size < 1e16) || value === 0) return pythonFloat(value);
  if (size < 1e-5 || size >= 1e16) return value.toExponential().replace('e+', 'e');
  return String(value); // Five places behind the point, which JavaScript writes out.
}

/** Compact JSON of a value, keys in the author's order: `{"a":1}`. */
export function compactJson(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonFloat(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (isMap(value))
    return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${compactJson(each)}`).join(',')}}`;
  return `[${value.map(compactJson).join(',')}]`;
}

/** A value as the type `str` has it (compiler.md 1.3): texts as they are, all else as compact JSON; null is empty. */
export function asText(value: Value): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : compactJson(value);
}

/** A value as one text among arguments: texts as they are, composites as compact JSON, else as Python prints it. */
export function plainText(value: Value): string {
  return isList(value) || isMap(value) ? compactJson(value) : pythonText(value);
}
