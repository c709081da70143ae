import { appendFile, open, stat } from 'node:fs/promises';
import { isCode, readIfThere } from '../files/durable-file.ts';
import type { StepFolder } from './layout.ts';

/**
 * When a log file had grown to which size: a sparse index, since the processes write the log themselves and a line has
 * no time of its own. One line of text for each observation: `<size> <ms>`.
 */
export interface LogTime {
  readonly size: number;
  readonly atMs: number;
}

/** Notes the present size of a log if it grew since `known`. Gives the size now; 0 where there is no log yet. */
export async function noteLogTime(step: StepFolder, known: number, nowMs: number): Promise<number> {
  const size = await sizeOf(step.log);
  if (size > known) await appendFile(step.logTimes, `${size} ${nowMs}\n`, { mode: 0o600 });
  return size;
}

/** All observations, oldest first. */
export async function readLogTimes(step: StepFolder): Promise<readonly LogTime[]> {
  const text = (await readIfThere(step.logTimes)) ?? '';
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((parts) => parts.length === 2)
    .map(([size, atMs]) => ({ size: Number(size), atMs: Number(atMs) }));
}

/** When the byte at this offset was there: the first observation beyond it; `otherwise` if none is. */
export function timeAt(times: readonly LogTime[], offset: number, otherwise: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle]?.size ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return times[low]?.atMs ?? otherwise;
}

/** Size of a file in bytes; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 0;
    throw error;
  }
}

/** The last whole lines of a log, at most `bytes` of them; empty where there is nothing. */
export async function lastLines(path: string, bytes: number): Promise<string> {
  const size = await sizeOf(path);
  if (size === 0) return '';
  const file = await open(path, 'r');
  try {
    const length = Math.min(size, bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString('utf8', 0, bytesRead);
    if (size <= length) return text.trimEnd();
    // The first line is only a piece of one, and a secret in it may have been cut in two: nobody could mask its rest.
    const firstEnd = text.indexOf('\n');
    return firstEnd < 0 ? '' : text.slice(firstEnd + 1).trimEnd();
  } finally {
    await file.close();
  }
}
