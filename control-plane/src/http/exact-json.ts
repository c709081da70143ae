/** A reviver of JSON.parse with the source text of a value, which our types do not know yet. */
type SourceReviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => object };

/**
 * Reads stored JSON so that writing it again gives the same numbers: 2.0 stays 2.0 and 2^60 keeps its digits. Numbers in
 * the result are opaque; it is for `JSON.stringify` only.
 *
 * Node 20, on which `tandem dev` may run, cannot do that: there the numbers shown are those of JavaScript. What is stored
 * and what reaches a run is exact everywhere.
 */
export function exactJson(text: string): unknown {
  if (rawJSON === undefined) return JSON.parse(text);
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );
}
