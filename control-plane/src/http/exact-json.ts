/** Reviver of JSON.parse with the source text of a value, which our types do not know yet. */
type SourceReviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => object };

/**
 * Reads stored JSON so that writing it again gives the same numbers: 2.0 stays 2.0 and 2^60 keeps its digits. Numbers in
 * the result are opaque; it is for `JSON.stringify` only.
 */
export function exactJson(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );
}
