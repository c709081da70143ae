import type { RawLine } from '../../ports/executor.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import { answerTo } from './kept-lines.ts';

/** How much is kept: of one attempt, and of all together. */
export interface LogMemoryLimits {
  readonly attemptBytes: number;
  readonly attemptLines: number;
  readonly totalBytes: number;
}

const usual: LogMemoryLimits = { attemptBytes: 256 * 1024, attemptLines: 4_000, totalBytes: 16 * 1024 * 1024 };
/** What a line takes beside its text, in bytes. */
const lineBytes = 300;

interface Kept {
  readonly uuid: string;
  readonly attempt: number;
  readonly lines: RawLine[];
  textBytes: number;
  /** Lines before those that are there were given up. */
  isCut: boolean;
}

/**
 * Logs of runs that were ended before their time, in the memory of the agent: for one without a server of the store, and only
 * until it ends. The last lines of each attempt; where all together are too much, the attempts that came first go.
 */
export function logMemory(limits: LogMemoryLimits = usual): LogArchive {
  const all = new Map<string, Kept>();
  let totalBytes = 0;

  const shift = (kept: Kept): void => {
    const size = kept.lines.shift()?.bytes.length ?? 0;
    kept.isCut = true;
    kept.textBytes -= size;
    totalBytes -= size + lineBytes;
  };
  const drop = (key: string): void => {
    const kept = all.get(key);
    if (kept === undefined) return;
    all.delete(key);
    totalBytes -= kept.textBytes + kept.lines.length * lineBytes;
  };
  const add = (kept: Kept, line: RawLine): void => {
    // A copy: the line is a part of a larger piece as it came.
    kept.lines.push({ ...line, bytes: new Uint8Array(line.bytes) });
    kept.textBytes += line.bytes.length;
    totalBytes += line.bytes.length + lineBytes;
    while (kept.textBytes > limits.attemptBytes || kept.lines.length > limits.attemptLines) shift(kept);
    for (const key of all.keys()) {
      if (totalBytes <= limits.totalBytes) return;
      if (all.get(key) !== kept) drop(key);
    }
    while (totalBytes > limits.totalBytes) shift(kept);
  };

  return {
    // One more than is kept: then it is known whether something stands before.
    lastLines: limits.attemptLines + 1,
    keep: async (uuid, attempt, chunks) => {
      const key = `${uuid}/${attempt}`;
      drop(key);
      const kept: Kept = { uuid, attempt, lines: [], textBytes: 0, isCut: false };
      all.set(key, kept);
      for await (const { lines } of chunks) {
        // Forgotten meanwhile, or others needed the room.
        if (all.get(key) !== kept) return;
        for (const line of lines) add(kept, line);
      }
    },
    read: (uuid, query) => answerTo(query, ofRun(all, uuid)),
    forget: (uuid) => {
      for (const [key, kept] of all) if (kept.uuid === uuid) drop(key);
    },
  };
}

async function* ofRun(all: ReadonlyMap<string, Kept>, uuid: string): AsyncIterable<RawLine> {
  const attempts = [...all.values()].filter((kept) => kept.uuid === uuid);
  for (const { lines, isCut } of attempts.sort((left, right) => left.attempt - right.attempt)) {
    const first = lines[0];
    if (first !== undefined && isCut)
      yield { ...first, bytes: Buffer.from('… what came before is not kept'), cut: false };
    yield* lines;
  }
}
