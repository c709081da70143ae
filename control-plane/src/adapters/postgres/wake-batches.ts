/** Most bytes of one NOTIFY payload; Postgres refuses 8,000 and more. */
const mostBytes = 7_900;

/**
 * Packs topics into as few payloads as fit: `origin topic topic …`. Topics are ASCII without blanks, so bytes are
 * characters. A topic that would not fit alone is left out; there are none so long.
 */
export function wakeBatches(origin: string, topics: Iterable<string>): readonly string[] {
  const batches: string[] = [];
  let batch = origin;
  for (const topic of topics) {
    if (origin.length + 1 + topic.length > mostBytes) continue;
    if (batch.length + 1 + topic.length > mostBytes) {
      batches.push(batch);
      batch = origin;
    }
    batch += ` ${topic}`;
  }
  if (batch !== origin) batches.push(batch);
  return batches;
}

/** The topics of a payload from another process; none for our own, which we have heard already. */
export function topicsFrom(payload: string, ownOrigin: string): readonly string[] {
  const [origin, ...topics] = payload.split(' ');
  return origin === ownOrigin ? [] : topics;
}
