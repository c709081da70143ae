import type { LogChunk, LogQuery, RawLine } from '../../ports/executor.ts';
import { parsePlaces, printPlaces } from './log-places.ts';

/** Lines in one chunk. */
const chunkLines = 500;

/** Lines that were kept, as a reader asks for them: in chunks with a place to go on from, and without what it had while the run ran. */
export async function* answerTo(query: LogQuery, kept: AsyncIterable<RawLine>): AsyncIterable<LogChunk> {
  const places = parsePlaces(query.cursor);
  const before = parsePlaces(query.cursor);
  let lines: RawLine[] = [];
  const full = (): LogChunk => {
    const chunk = { lines, cursor: printPlaces(places), live: false };
    lines = [];
    return chunk;
  };
  for await (const line of query.tail > 0 ? lastOf(kept, query.tail) : kept) {
    const key = `${line.pod}/${line.container}`;
    if (line.atMs <= (before.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
    places.set(key, Math.max(line.atMs, places.get(key) ?? 0));
    lines.push(line);
    if (lines.length >= chunkLines) yield full();
  }
  if (lines.length > 0) yield full();
}

async function* lastOf(lines: AsyncIterable<RawLine>, count: number): AsyncIterable<RawLine> {
  const last: RawLine[] = [];
  for await (const line of lines) {
    last.push(line);
    if (last.length > count) last.shift();
  }
  yield* last;
}
