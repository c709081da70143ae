import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { LogChunk, LogQuery, RawLine } from '../../ports/executor.ts';
import type { AttemptFolder } from './layout.ts';
import { byStep, type LogCursor, parseCursor, printCursor } from './log-cursor.ts';
import { readLines, tailOffset } from './log-lines.ts';
import { type LogTime, readLogTimes, timeAt } from './log-times.ts';

export interface LogReading {
  readonly attempt: AttemptFolder;
  readonly attemptNumber: number;
  readonly query: LogQuery;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Whether the run has ended, so that its logs do not grow any more. */
  readonly isOver: () => boolean;
}

/** A burst of writes is read as one. */
const settleMs = 100;
/** The net under `fs.watch`; it also sees that the run has ended. */
const netMs = 1_000;

/** The lines of one attempt, init steps first, then each try. A cursor of another attempt reads from the beginning. */
export async function* followLogs(reading: LogReading): AsyncIterable<LogChunk> {
  const { query, signal } = reading;
  const given = parseCursor(query.cursor);
  let place = given?.attempt === reading.attemptNumber ? given : await beginning(reading);
  let live = false;
  while (!signal.aborted) {
    const over = reading.isOver(); // Asked before reading: what was written before the end is then seen.
    const steps = await stepsIn(reading.attempt);
    let progressed = false;
    for (const step of steps.filter((name) => byStep(name, place.step) >= 0)) {
      if (step !== place.step) place = { ...place, step, offset: 0, skipping: false };
      const whole = over || !query.follow || step !== steps.at(-1);
      const times = await readLogTimes(reading.attempt.step(step));
      for (;;) {
        const read = await readChunk(reading, place, { whole, times });
        if (read === null) break;
        progressed = true;
        place = read.place;
        if (read.lines.length > 0) yield { lines: read.lines, cursor: printCursor(place), live };
        if (signal.aborted) return;
      }
    }
    if (!query.follow || (over && !progressed)) return;
    if (!progressed) {
      await growth(reading);
      live = true;
    }
  }
}

async function readChunk(
  reading: LogReading,
  place: LogCursor,
  { whole, times }: { readonly whole: boolean; readonly times: readonly LogTime[] },
): Promise<{ readonly lines: readonly RawLine[]; readonly place: LogCursor } | null> {
  const step = reading.attempt.step(place.step);
  const found = await readLines(step.log, place, whole);
  if (found.offset === place.offset) return null;
  const nowMs = reading.clock.nowMs();
  const lines = found.lines.map(
    (line): RawLine => ({
      atMs: timeAt(times, line.offset, nowMs),
      pod: '',
      container: place.step.startsWith('init') ? place.step : 'main',
      node: '',
      bytes: line.bytes,
      cut: line.cut,
    }),
  );
  return { lines, place: { ...place, offset: found.offset, skipping: found.skipping } };
}

async function beginning(reading: LogReading): Promise<LogCursor> {
  const first: LogCursor = { attempt: reading.attemptNumber, step: 'init-0', offset: 0, skipping: false };
  if (reading.query.tail === 0) return first;
  let wanted = reading.query.tail;
  for (const step of (await stepsIn(reading.attempt)).toReversed()) {
    const { offset, missing } = await tailOffset(reading.attempt.step(step).log, wanted);
    if (missing === 0) return { ...first, step, offset };
    wanted = missing;
  }
  return first;
}

async function stepsIn(attempt: AttemptFolder): Promise<readonly string[]> {
  const names = await readdir(attempt.logs).catch(() => []);
  return names
    .filter((name) => name.endsWith('.log'))
    .map((name) => name.slice(0, -'.log'.length))
    .sort(byStep);
}

/** Resolves when a log grew, after a second, or when the reader goes away. */
async function growth(reading: LogReading): Promise<void> {
  const { clock, signal } = reading;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      net.cancel();
      settled?.cancel();
      watcher?.close();
      signal.removeEventListener('abort', end);
      resolve();
    };
    let settled: ReturnType<Clock['after']> | undefined;
    const net = clock.after(netMs, end);
    const watcher = tryWatch(reading.attempt.logs, () => {
      settled ??= clock.after(settleMs, end);
    });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

function tryWatch(folder: string, onChange: () => void): { close(): void } | null {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close()); // The net still looks every second.
    return watcher;
  } catch {
    return null; // No inotify watches left, or no folder yet: the net still looks every second.
  }
}
