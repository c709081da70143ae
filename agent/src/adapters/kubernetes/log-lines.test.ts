import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { linesOf } from './log-lines.ts';

async function read(...parts: readonly Buffer[]) {
  const lines = [];
  for await (const line of linesOf(
    (async function* all() {
      yield* parts;
    })(),
  ))
    lines.push(line);
  return lines;
}

const at = '2026-01-02T03:04:05.123456789Z';

describe('lines of a log with timestamps', () => {
  it('keep their bytes and their time to the microsecond', async () => {
    const [first, second] = await read(Buffer.from(`${at} one\n2026-01-02T03:04:05Z \xff\n`, 'latin1'));
    assert.equal(first?.atMs.toFixed(3), (Date.UTC(2026, 0, 2, 3, 4, 5) + 123.457).toFixed(3));
    assert.equal(Buffer.from(first?.bytes ?? []).toString(), 'one');
    assert.deepEqual([...(second?.bytes ?? [])], [0xff]);
  });

  it('are the same however the stream is cut', async () => {
    const text = Buffer.from(`${at} a b\n${at} \n${at}\nno time\n${at} the last`);
    const whole = await read(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 6 }), async (cuts) => {
        const places = [0, ...cuts.sort((left, right) => left - right), text.length];
        const parts = places.slice(1).map((end, index) => text.subarray(places[index], end));
        assert.deepEqual(await read(...parts), whole);
      }),
      { numRuns: 200 },
    );
  });

  it('are cut at 64 KiB, once, and the next one is whole', async () => {
    const long = Buffer.alloc(300_000, 'x');
    const lines = await read(Buffer.from(`${at} `), long, long, Buffer.from(`\n${at} next\n`));
    assert.deepEqual(
      lines.map(({ bytes, cut }) => [bytes.length < 65_536, cut]),
      [
        [true, true],
        [true, false],
      ],
    );
  });
});
