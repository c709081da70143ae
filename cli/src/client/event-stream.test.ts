import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readEvents, type StreamEvent } from './event-stream.ts';

const text =
  'event: status\nid: 1\ndata: {"a":1}\n\n: heartbeat\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\ndata: unfinished';

async function read(chunks: readonly Uint8Array[]): Promise<readonly StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(ReadableStream.from(chunks))) events.push(event);
  return events;
}

describe('readEvents', () => {
  const whole = [
    { event: 'status', id: '1', data: '{"a":1}' },
    { event: 'message', id: '2', data: 'x\ny' },
  ];

  it('reads fields, joins data lines, and leaves out comments and what never ended', async () => {
    assert.deepEqual(await read([Buffer.from(text)]), whole);
  });

  it('gives the same wherever the stream is cut', async () => {
    const bytes = Buffer.from(text.replace('x', 'ä'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
        const places = [0, ...cuts.sort((left, right) => left - right), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        assert.deepEqual(await read(chunks), [whole[0], { event: 'message', id: '2', data: 'ä\ny' }]);
      }),
      { numRuns: 300 },
    );
  });
});
