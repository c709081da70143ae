/** Bounds of one source text (decisions.md 33). They are checked before a parser sees the text. */
export const sourceLimits = {
  yamlBytes: 1024 * 1024,
  jsonBytes: 16 * 1024 * 1024,
  /** Lists and maps inside each other. Real files stay below 20; recursion below this is safe everywhere. */
  depth: 100,
  /** Nodes after aliases are followed, so that nine lines of aliases cannot become a billion nodes. */
  nodes: 1_000_000,
  /** Of one number: converting between digits and bits takes more than linear time. */
  digits: 4096,
} as const;

/** True when the text has at most so many bytes in UTF-8; the text is encoded only when its length does not already tell. */
export function fitsBytes(text: string, limit: number): boolean {
  if (text.length > limit) return false;
  // A UTF-16 unit never needs more than three bytes.
  if (text.length * 3 <= limit) return true;
  return new TextEncoder().encode(text).length <= limit;
}
