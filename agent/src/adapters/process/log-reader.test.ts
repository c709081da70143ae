import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LogChunk, LogQuery } from '../../ports/executor.ts';
import { systemClock } from '../system-clock.ts';
import { type AttemptFolder, attemptFolder } from './layout.ts';
import { parseCursor, printCursor } from './log-cursor.ts';
import { cutLines, longestLine } from './log-lines.ts';
import { followLogs } from './log-reader.ts';
import { timeAt } from './log-times.ts';

describe('log lines', () => {
  it('are the text, however it is read', () => {
    const texts = fc.array(fc.string({ maxLength: 30, unit: fc.constantFrom(...'ab\nc') }), { maxLength: 20 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 50 }), (parts, size) => {
        const bytes = Buffer.from(parts.join(''));
        let place = { offset: 0, skipping: false };
        const lines: string[] = [];
        for (let end = size; ; end += size) {
          const atEnd = end >= bytes.length;
          const found = cutLines(bytes.subarray(place.offset, Math.min(end, bytes.length)), place, atEnd);
          lines.push(...found.lines.map((line) => Buffer.from(line.bytes).toString()));
          place = found;
          if (atEnd && found.lines.length === 0 && place.offset >= bytes.length) break;
        }
        const expected = bytes.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        assert.deepEqual(lines, expected);
      }),
    );
  });

  it('keep the beginning of a line that is too long, once', () => {
    const long = Buffer.concat([Buffer.alloc(longestLine + 10, 97), Buffer.from('\nnext\n')]);
    const first = cutLines(long.subarray(0, longestLine + 1), { offset: 0, skipping: false }, false);
    assert.deepEqual(
      first.lines.map(({ bytes, cut }) => [bytes.length, cut]),
      [[longestLine, true]],
    );
    const rest = cutLines(long.subarray(first.offset), first, true);
    assert.deepEqual(
      rest.lines.map(({ bytes, cut }) => [Buffer.from(bytes).toString(), cut]),
      [['next', false]],
    );
  });

  it('have a cursor that survives printing, and nothing else is one', () => {
    const cursor = { attempt: 2, step: 'try-3', offset: 99, skipping: true };
    assert.deepEqual(parseCursor(printCursor(cursor)), cursor);
    for (const text of ['', 'x', '1/../etc/passwd/0', '1/try-1/-5', '1/try-1/5/7'])
      assert.equal(parseCursor(text), null, text);
  });

  it('have the time of the first look that saw them', () => {
    const times = [
      { size: 10, atMs: 1 },
      { size: 30, atMs: 2 },
    ];
    assert.deepEqual(
      [0, 9, 10, 29, 30].map((offset) => timeAt(times, offset, 9)),
      [1, 1, 2, 2, 9],
    );
  });
});

describe('log reader', () => {
  let data: string;
  let attempt: AttemptFolder;
  let over: boolean;
  let reader: AbortController;

  const read = (query: Partial<LogQuery>): AsyncIterable<LogChunk> =>
    followLogs({
      attempt,
      attemptNumber: 1,
      query: { cursor: '', follow: false, tail: 0, ...query },
      signal: reader.signal,
      clock: systemClock,
      isOver: () => over,
    });
  const textsOf = (chunk: LogChunk): string[] => chunk.lines.map(({ bytes }) => Buffer.from(bytes).toString());
  const all = async (query: Partial<LogQuery>): Promise<string[]> => {
    const texts: string[] = [];
    for await (const chunk of read(query)) texts.push(...textsOf(chunk));
    return texts;
  };

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'tandem-logs-'));
    attempt = attemptFolder(data, 'a'.repeat(32), 1);
    await mkdir(attempt.logs, { recursive: true });
    over = false;
    reader = new AbortController();
  });

  afterEach(async () => {
    reader.abort();
    await rm(data, { recursive: true, force: true });
  });

  it('gives init steps first, then the tries in order', async () => {
    for (const [step, text] of [
      ['try-10', 'c\n'],
      ['init-0', 'a\n'],
      ['try-2', 'b'],
    ] as const)
      await writeFile(attempt.step(step).log, text);
    assert.deepEqual(await all({}), ['a', 'b', 'c']);
  });

  it('gives only the last lines, over files', async () => {
    await writeFile(attempt.step('try-1').log, '1\n2\n3\n');
    await writeFile(attempt.step('try-2').log, '4\n5\n');
    assert.deepEqual(await all({ tail: 3 }), ['3', '4', '5']);
    assert.deepEqual(await all({ tail: 1 }), ['5']);
    assert.deepEqual(await all({ tail: 99 }), ['1', '2', '3', '4', '5']);
  });

  it('goes on where a cursor says', async () => {
    const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index}`);
    await writeFile(attempt.step('try-1').log, `${lines.join('\n')}\n`);
    const { value: first } = await read({})[Symbol.asyncIterator]().next();
    assert.deepEqual([...textsOf(first), ...(await all({ cursor: first.cursor }))], lines);
    assert.deepEqual(await all({ cursor: '7/try-1/3' }), lines, 'a cursor of another attempt begins anew');
  });

  it('follows what is written, and ends with the run', async () => {
    const { log } = attempt.step('try-1');
    await writeFile(log, 'one\ntw');
    const chunks = read({ follow: true })[Symbol.asyncIterator]();
    const next = async (): Promise<string[]> => textsOf((await chunks.next()).value);
    assert.deepEqual(await next(), ['one']);
    const second = next();
    await appendFile(log, 'o\n');
    assert.deepEqual(await second, ['two']);
    const last = next();
    await appendFile(log, 'end without a line end');
    over = true;
    assert.deepEqual(await last, ['end without a line end']);
    assert.equal((await chunks.next()).done, true);
  });

  it('ends when its reader goes', async () => {
    await writeFile(attempt.step('try-1').log, 'one\n');
    const chunks = read({ follow: true })[Symbol.asyncIterator]();
    await chunks.next();
    const waiting = chunks.next();
    reader.abort();
    assert.equal((await waiting).done, true);
  });
});
