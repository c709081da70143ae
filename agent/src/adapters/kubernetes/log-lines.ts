export interface StampedLine {
  /** With microseconds as its fraction: a program writes many lines in one millisecond. */
  readonly atMs: number;
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

/** Longest line that is passed on, in bytes; what is longer is cut. */
const longestLine = 64 * 1024;

/**
 * Lines of a log as the API server sends it with timestamps: `2026-01-02T03:04:05.678901234Z text`. Bytes stay bytes: what
 * a program writes need not be UTF-8. A line of any length takes no more memory than the longest one that is passed on.
 */
export async function* linesOf(stream: AsyncIterable<unknown>): AsyncIterable<StampedLine> {
  let rest: Buffer = Buffer.alloc(0);
  let isSkipping = false;
  for await (const part of stream) {
    rest = rest.length === 0 ? (part as Buffer) : Buffer.concat([rest, part as Buffer]);
    let from = 0;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10, from)) {
      if (!isSkipping) yield toLine(rest.subarray(from, at), false);
      isSkipping = false;
      from = at + 1;
    }
    rest = rest.subarray(from);
    if (rest.length <= longestLine) continue;
    if (!isSkipping) yield toLine(rest.subarray(0, longestLine), true);
    isSkipping = true;
    rest = Buffer.alloc(0);
  }
  if (rest.length > 0 && !isSkipping) yield toLine(rest, false);
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/;

function toLine(line: Buffer, cut: boolean): StampedLine {
  const space = line.indexOf(32);
  const head = space < 0 ? line : line.subarray(0, space);
  const text = head.length > 40 ? '' : head.toString('latin1');
  const found = stamp.exec(text);
  if (found === null) return { atMs: 0, bytes: line, cut };
  const atMs = Date.parse(`${found[1]}Z`) + Number(`0.${found[2] ?? '0'}`) * 1_000;
  return { atMs, bytes: space < 0 ? Buffer.alloc(0) : line.subarray(space + 1), cut };
}
