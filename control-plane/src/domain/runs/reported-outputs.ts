/** Most bytes of outputs that one report may carry. */
const mostBytes = 262_144;

/**
 * Reads the outputs of a report: wire JSON of a map, given back as text for the database, or null if there is none or if
 * it is not one. The text is kept as it came, so that 2.0 does not become 2 (trust.md 3.3).
 */
export function readOutputs(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length > mostBytes) return null;
  const text = Buffer.from(bytes).toString('utf8');
  // Postgres cannot store NUL in jsonb.
  if (text.includes('\\u0000')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : null;
  } catch {
    // Not JSON: an agent that sends this is broken or hostile, and its run ended all the same.
    return null;
  }
}
