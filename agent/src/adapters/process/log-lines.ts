import { open } from 'node:fs/promises';

/** Longest line that is given; the rest of a longer one is left out. */
export const longestLine = 64 * 1024;
/** About how much one chunk holds: invalid bytes may become three each, and it must then still be below 64 KiB. */
const chunkBytes = 20 * 1024;
const mostLines = 500;
const newline = 10;

export interface FoundLine {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

export interface FoundLines {
  readonly lines: readonly FoundLine[];
  readonly offset: number;
  readonly skipping: boolean;
}

/**
 * The next lines of a growing file from an offset. A last line without its end is given only with `whole`: the file will
 * not grow any more. Nothing new gives no lines and the same place.
 */
export async function readLines(
  path: string,
  from: { readonly offset: number; readonly skipping: boolean },
  whole: boolean,
): Promise<FoundLines> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.alloc(longestLine + 1);
    const { bytesRead } = await file.read(block, 0, block.length, from.offset);
    return cutLines(block.subarray(0, bytesRead), from, whole && bytesRead < block.length);
  } finally {
    await file.close();
  }
}

/** The pure half: lines of one block. `atEnd`: nothing follows the block, ever. */
export function cutLines(
  block: Uint8Array,
  from: { readonly offset: number; readonly skipping: boolean },
  atEnd: boolean,
): FoundLines {
  const lines: FoundLine[] = [];
  let at = 0;
  let taken = 0;
  let { skipping } = from;
  while (at < block.length && taken < chunkBytes && lines.length < mostLines) {
    const end = block.indexOf(newline, at);
    const stop = end < 0 ? block.length : end;
    const isWhole = end >= 0 || atEnd;
    if (skipping) {
      at = end < 0 ? block.length : end + 1;
      skipping = end < 0;
      continue;
    }
    if (stop - at > longestLine || (!isWhole && at === 0 && block.length > longestLine)) {
      lines.push({ offset: from.offset + at, bytes: block.slice(at, at + longestLine), cut: true });
      at += longestLine;
      skipping = true;
      break;
    }
    if (!isWhole) break;
    const bytes = block.slice(at, stop > at && block[stop - 1] === 13 ? stop - 1 : stop);
    lines.push({ offset: from.offset + at, bytes, cut: false });
    taken += bytes.length + 1;
    at = end < 0 ? block.length : end + 1;
  }
  return { lines, offset: from.offset + at, skipping };
}

/** Where the last `count` lines begin. `missing`: how many more there would have to be before the beginning of the file. */
export async function tailOffset(
  path: string,
  count: number,
): Promise<{ readonly offset: number; readonly missing: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const block = Buffer.alloc(64 * 1024);
    let found = 0;
    for (let end = size; end > 0; ) {
      const start = Math.max(0, end - block.length);
      const { bytesRead } = await file.read(block, 0, end - start, start);
      for (let at = bytesRead - 1; at >= 0; at -= 1) {
        // The line end of the very last line begins no line.
        if (block[at] !== newline || start + at === size - 1) continue;
        found += 1;
        if (found === count) return { offset: start + at + 1, missing: 0 };
      }
      end = start;
    }
    return { offset: 0, missing: size === 0 ? count : Math.max(0, count - found - 1) };
  } finally {
    await file.close();
  }
}
