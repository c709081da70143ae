/** Bounds of one source text (decisions.md 33). */
export interface SourceLimits {
  /** Of UTF-8; checked before a parser sees the text, as `jsonBytes` is. */
  readonly yamlBytes: number;
  readonly jsonBytes: number;
  /** Lists and maps inside each other. Real files stay below 20; recursion below this is safe everywhere. */
  readonly depth: number;
  /** Nodes after aliases are followed, so that nine lines of aliases cannot become a billion nodes. */
  readonly nodes: number;
  /** Of a YAML text that needs the slow reader, which takes more than a microsecond for each. */
  readonly tokens: number;
  /** Of one number: converting between digits and bits takes more than linear time. */
  readonly digits: number;
}

/** The bounds of everything that a user gives us. */
export const sourceLimits: SourceLimits = {
  yamlBytes: 1024 * 1024,
  jsonBytes: 16 * 1024 * 1024,
  depth: 100,
  nodes: 1_000_000,
  tokens: 100_000,
  digits: 4096,
};

/** True when the text has at most so many bytes in UTF-8; the text is encoded only when its length does not already tell. */
export function fitsBytes(text: string, limit: number): boolean {
  if (text.length > limit) return false;
  // A UTF-16 unit never needs more than three bytes.
  if (text.length * 3 <= limit) return true;
  return new TextEncoder().encode(text).length <= limit;
}
