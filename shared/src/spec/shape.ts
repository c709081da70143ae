import type { Code } from '../diagnostics/codes.ts';
import type { MapEntry, MapNode, Node } from '../source/tree.ts';
import type { Reading } from './reading.ts';
import { snakeCase } from './snake-case.ts';

/**
 * What a field may hold. One shape drives reading, merging and rendering, so a new field is one line in its section's file.
 * `orRef` means "or a text with a template" (XOrRef in compiler.md 1.1).
 */
export type Shape =
  | {
      readonly kind: 'text';
      readonly pattern?: RegExp;
      readonly says?: string;
      readonly oneOf?: readonly string[];
      /** What a text that is none of `oneOf` is reported as, where it is more than a wrong value. */
      readonly code?: Code;
    }
  | { readonly kind: 'int' | 'float' | 'bool'; readonly orRef: boolean; readonly least?: bigint }
  /** A scalar that is turned into text, as labels are. */
  | { readonly kind: 'label' }
  /** A list of texts, or one text with commas. */
  | { readonly kind: 'words' }
  | { readonly kind: 'list'; readonly of: Shape; readonly orRef: boolean }
  /** `isWhole`: a layer replaces a value of the same name, and is not merged into it. */
  | { readonly kind: 'map'; readonly of: Shape; readonly isWhole?: true }
  | { readonly kind: 'section'; readonly section: Section; readonly orRef: boolean }
  /** A Kubernetes object: only its first level of names is known. */
  | { readonly kind: 'kubernetes'; readonly section: Section; readonly orRef?: true }
  /** `isFull`: where it is a list, it has no empty items. */
  | { readonly kind: 'free'; readonly isFull?: true }
  /** Command lines: items are rendered to text one by one (decisions.md 20); a text alone is a list of one. */
  | { readonly kind: 'arguments' }
  | { readonly kind: 'params' }
  | { readonly kind: 'run' }
  | { readonly kind: 'layer' }
  /** The operations or components of a dag: layers that `sanitize` reads one by one. */
  | { readonly kind: 'layers' }
  /** One of several sections, told apart by their field `kind`. */
  | {
      readonly kind: 'tagged';
      readonly name: string;
      readonly of: ReadonlyMap<string, Section>;
      readonly orRef: boolean;
    }
  /** A value with a reader of its own, which checks it and brings it to its canonical form; merged and rendered as free. */
  | Custom;

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Reads a value by rules of its own. What it gives is canonical; what is wrong goes to `reading.problems`. */
export interface Custom {
  readonly kind: 'custom';
  /** What the values are called in a JSON Schema. */
  readonly name: string;
  readonly read: (node: Node, field: string, reading: Reading) => Node;
  /** The accepted forms as JSON Schema, for editors. */
  readonly schema: JsonSchema;
  /** What is expected, for the reference page: "a range `start:stop:step`". */
  readonly says: string;
}

/** A rule over the fields of one section, run after its fields were read. */
export type Rule = (node: MapNode, entries: ReadonlyMap<string, MapEntry>, reading: Reading) => void;

export interface Section {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Shape>;
  /** Every accepted spelling, camelCase and snake_case, to the camelCase one (compiler.md 1.1, decisions.md 75). */
  readonly spellings: ReadonlyMap<string, string>;
  readonly required: readonly string[];
  /** At most one of these may be there. */
  readonly exclusive: readonly string[];
  /** Rules that take more than one field. */
  readonly rules: readonly Rule[];
  /** The same rules for editors, as far as JSON Schema can say them. */
  readonly schemas: readonly JsonSchema[];
  /** Brings a section that was read to the form of the one that replaced it; most have none. */
  readonly canonical?: (node: MapNode) => MapNode;
}

/** Declares a section from its fields. */
export function section(
  name: string,
  fields: Readonly<Record<string, Shape>>,
  more: {
    readonly required?: readonly string[];
    readonly exclusive?: readonly string[];
    readonly rules?: readonly Rule[];
    readonly schemas?: readonly JsonSchema[];
    readonly canonical?: (node: MapNode) => MapNode;
  } = {},
): Section {
  const spellings = new Map<string, string>();
  for (const field of Object.keys(fields)) {
    spellings.set(snakeCase(field), field);
    spellings.set(field, field);
  }
  return {
    name,
    fields: new Map(Object.entries(fields)),
    spellings,
    required: more.required ?? [],
    exclusive: more.exclusive ?? [],
    rules: more.rules ?? [],
    schemas: more.schemas ?? [],
    ...(more.canonical === undefined ? {} : { canonical: more.canonical }),
  };
}

export const text: Shape = { kind: 'text' };
export const int: Shape = { kind: 'int', orRef: false };
export const intOrRef: Shape = { kind: 'int', orRef: true };
export const floatOrRef: Shape = { kind: 'float', orRef: true };
export const bool: Shape = { kind: 'bool', orRef: false };
export const boolOrRef: Shape = { kind: 'bool', orRef: true };
export const free: Shape = { kind: 'free' };
/** A value of a Kubernetes object: nobody reads an empty item of it. */
export const filled: Shape = { kind: 'free', isFull: true };
export const texts: Shape = { kind: 'list', of: text, orRef: true };
export const words: Shape = { kind: 'words' };
/** Names with texts, as Kubernetes has labels; other scalars become text. */
export const labels: Shape = { kind: 'map', of: { kind: 'label' } };
export const patchStrategy: Shape = oneOf('replace', 'isnull', 'post_merge', 'pre_merge');
/** A whole number from 1 on. */
export const atLeastOne: Shape = { kind: 'int', orRef: true, least: 1n };

export function listOf(of: Shape): Shape {
  return { kind: 'list', of, orRef: true };
}

export function mapOf(of: Shape): Shape {
  return { kind: 'map', of };
}

export function oneOf(...words: readonly string[]): Shape {
  return { kind: 'text', oneOf: words };
}

/** A section, or a template that gives one. */
export function sub(of: Section): Shape {
  return { kind: 'section', section: of, orRef: true };
}

/** A list or section that is read before templates are filled, so that none can stand for it or for an item of it. */
export function asWritten(shape: Shape): Shape {
  if (shape.kind === 'list') return { ...shape, of: asWritten(shape.of), orRef: false };
  return shape.kind === 'section' ? { ...shape, orRef: false } : shape;
}

/** One of several sections by their `kind`, such as the kinds of schedules. */
export function tagged(name: string, of: Readonly<Record<string, Section>>): Shape {
  return { kind: 'tagged', name, of: new Map(Object.entries(of)), orRef: false };
}
