/**
 * What a field may hold. One shape drives reading, merging and rendering, so a new field is one line in its section's file.
 * `orRef` means "or a text with a template" (XOrRef in compiler.md 1.1).
 */
export type Shape =
  | { readonly kind: 'text'; readonly pattern?: RegExp; readonly says?: string; readonly oneOf?: readonly string[] }
  | { readonly kind: 'int' | 'float' | 'bool'; readonly orRef: boolean }
  /** A scalar that is turned into text, as labels are. */
  | { readonly kind: 'label' }
  /** A list of texts, or one text with commas. */
  | { readonly kind: 'words' }
  | { readonly kind: 'list'; readonly of: Shape; readonly orRef: boolean }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'section'; readonly section: Section; readonly orRef: boolean }
  /** A Kubernetes object: only its first level of names is known. */
  | { readonly kind: 'kubernetes'; readonly section: Section }
  | { readonly kind: 'free' }
  /** Items of command lines: rendered to text one by one (decisions.md 20). */
  | { readonly kind: 'arguments' }
  | { readonly kind: 'params' }
  | { readonly kind: 'run' }
  | { readonly kind: 'layer' }
  /** Known, but refused with a clear answer until a later release carries it. */
  | { readonly kind: 'later' };

export interface Section {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Shape>;
  /** Every accepted spelling, camelCase and snake_case, to the camelCase one (compiler.md 1.1, decisions.md 75). */
  readonly spellings: ReadonlyMap<string, string>;
  readonly required: readonly string[];
  /** At most one of these may be there. */
  readonly exclusive: readonly string[];
}

/** Declares a section from its fields. */
export function section(
  name: string,
  fields: Readonly<Record<string, Shape>>,
  rules: { readonly required?: readonly string[]; readonly exclusive?: readonly string[] } = {},
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
    required: rules.required ?? [],
    exclusive: rules.exclusive ?? [],
  };
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

export const text: Shape = { kind: 'text' };
export const int: Shape = { kind: 'int', orRef: false };
export const intOrRef: Shape = { kind: 'int', orRef: true };
export const floatOrRef: Shape = { kind: 'float', orRef: true };
export const bool: Shape = { kind: 'bool', orRef: false };
export const boolOrRef: Shape = { kind: 'bool', orRef: true };
export const free: Shape = { kind: 'free' };
export const later: Shape = { kind: 'later' };
export const texts: Shape = { kind: 'list', of: text, orRef: true };

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
