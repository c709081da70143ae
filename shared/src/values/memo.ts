/**
 * Remembers what a pure function gave for a text, with bounds on how many texts and how many characters are kept.
 *
 * Two generations: once the young one is full it becomes the old one, and what is asked for again moves back. That keeps what
 * is in use without a list that every look-up would have to mend.
 */
export function memoize<T>(
  compute: (text: string) => T,
  bounds: { readonly texts: number; readonly characters: number },
): (text: string) => T {
  let young = new Map<string, T>();
  let old: ReadonlyMap<string, T> = new Map();
  let characters = 0;
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    const result = old.get(text) ?? compute(text);
    // Half of the bounds for each generation. A text that would fill one alone is not kept.
    if (text.length > bounds.characters >> 3) return result;
    if (young.size >= bounds.texts >> 1 || characters + text.length > bounds.characters >> 1) {
      old = young;
      young = new Map();
      characters = 0;
    }
    young.set(text, result);
    characters += text.length;
    return result;
  };
}
