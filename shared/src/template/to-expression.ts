import type { Value } from '../values/value.ts';
import { AgentOwned, AgentText, type Sealed } from '../wire/sealed-spec.ts';
import { Fault } from './fault.ts';

/** An open value as the text of an expression in brackets, with the values that it carries. */
export interface Written {
  readonly text: string;
  readonly known: ReadonlyMap<string, Value>;
}

/**
 * Writes a value that mentions agent names as an expression, so that it can stand inside another one (decisions.md 17).
 * A block (`{% if %}`) is no expression and cannot be used inside one.
 */
export function toExpression(sealed: Sealed): Written | Fault {
  const known = new Map<string, Value>();
  const text = write(sealed, known);
  return text instanceof Fault ? text : { text: `(${text})`, known };
}

function write(sealed: Sealed, known: Map<string, Value>): string | Fault {
  if (sealed instanceof AgentOwned) {
    if (sealed.template.startsWith('{%')) {
      return new Fault(
        'template/not-allowed',
        'A value with "{% %}" around an agent name cannot be used inside another expression.',
        { at: 0, end: 1 },
        'Write it with an inline "if".',
      );
    }
    for (const [name, value] of sealed.known) known.set(name, value);
    return sealed.template;
  }
  if (sealed instanceof AgentText)
    return writeAll(
      sealed.parts,
      known,
      ' ~ ',
      (piece, part) => (typeof part === 'string' ? piece : `(${piece})`),
      "''",
    );
  if (sealed === null) return 'none';
  if (typeof sealed === 'string') return quoted(sealed);
  if (typeof sealed !== 'object') return String(sealed);
  if (sealed instanceof Map) {
    const pairs: string[] = [];
    for (const [key, each] of sealed) {
      const value = write(each, known);
      if (value instanceof Fault) return value;
      pairs.push(`${quoted(key)}: ${value}`);
    }
    return `{${pairs.join(', ')}}`;
  }
  const items = Array.isArray(sealed) ? writeAll(sealed, known, ', ', (piece) => piece, '') : '';
  return items instanceof Fault ? items : `[${items}]`;
}

function writeAll(
  parts: readonly Sealed[],
  known: Map<string, Value>,
  joiner: string,
  shape: (piece: string, part: Sealed) => string,
  empty: string,
): string | Fault {
  const pieces: string[] = [];
  for (const part of parts) {
    const piece = write(part, known);
    if (piece instanceof Fault) return piece;
    pieces.push(shape(piece, part));
  }
  return pieces.length === 0 ? empty : pieces.join(joiner);
}

function quoted(text: string): string {
  return `'${text.replace(/[\\'\n\r\t]/g, (unit) => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t' })[unit] ?? `\\${unit}`)}'`;
}
