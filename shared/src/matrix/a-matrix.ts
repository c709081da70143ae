import type { Value, ValueMap } from '../values/value.ts';
import { encodeWire } from '../wire/wire-json.ts';
import { type Suggestions, suggestionsOf } from './suggestions.ts';

type Fields = Readonly<Record<string, Value>>;

/** A mapping of names to values. */
export function map(fields: Fields): ValueMap {
  return new Map(Object.entries(fields));
}

/** A section whose params are `{kind, value}` pairs. */
export function matrix(fields: Fields, params: Readonly<Record<string, readonly [string, Value]>>): ValueMap {
  const full = Object.entries(params).map(([name, [kind, value]]): [string, Value] => [name, map({ kind, value })]);
  return map({ ...fields, params: new Map(full) });
}

/** What a section suggests; a refusal is a failure of the test. */
export function made(section: ValueMap, drawnSeed?: number): Suggestions {
  const given = suggestionsOf(section, drawnSeed);
  if (given === null || 'message' in given) throw new Error(`No suggestions: ${given?.message}`);
  return given;
}

/** The suggestions as texts that are easy to compare. */
export function texts(suggestions: Suggestions): readonly string[] {
  return [...suggestions].map(encodeWire);
}
