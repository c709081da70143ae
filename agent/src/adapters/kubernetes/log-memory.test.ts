import assert from 'node:assert/strict';
import type { LogChunk, LogQuery } from '../../ports/executor.ts';
import { logMemory } from './log-memory.ts';

const limits = { attemptBytes: 40, attemptLines: 4, totalBytes: 3_000 };
const whole: LogQuery = { cursor: '', follow: false, tail: 0 };
const cutMark = '… what came before is not kept';

async function* chunks(pod: string, texts: readonly string[]): AsyncIterable<LogChunk> {
  for (const [index, text] of texts.entries()) {
    const line = { atMs: index + 1, pod, container: 'main', node: 'n', bytes: Buffer.from(text), cut: false };
    yield { lines: [line], cursor: '', live: false };
  }
}

describe('the memory of logs', () => {
  const a = 'a'.repeat(32);
  const b = 'b'.repeat(32);
  let memory: ReturnType<typeof logMemory>;
  beforeEach(() => {
    memory = logMemory(limits);
  });
  const read = async (uuid: string, query: Partial<LogQuery> = {}) => {
    const texts: string[] = [];
    let cursor = '';
    for await (const chunk of memory.read(uuid, { ...whole, ...query })) {
      texts.push(...chunk.lines.map(({ bytes }) => Buffer.from(bytes).toString('utf8')));
      cursor = chunk.cursor;
    }
    return { texts, cursor };
  };

  it('gives back what was kept, attempt by attempt, and goes on from a cursor', async () => {
    await memory.keep(a, 2, chunks('p-2', ['later']));
    await memory.keep(a, 1, chunks('p-1', ['one', '', 'two']));
    const { texts, cursor } = await read(a);
    assert.deepEqual(texts, ['one', '', 'two', 'later']);
    assert.deepEqual((await read(a, { cursor })).texts, []);
    assert.deepEqual((await read(a, { tail: 2 })).texts, ['two', 'later']);
    assert.deepEqual((await read(b)).texts, []);
  });

  const last: readonly (readonly [why: string, written: readonly string[], kept: readonly string[]])[] = [
    ['too many lines', ['1', '2', '3', '4', '5', '6'], [cutMark, '3', '4', '5', '6']],
    ['too many bytes', ['x'.repeat(30), 'y'.repeat(30), 'z'], [cutMark, 'y'.repeat(30), 'z']],
    ['a line that is too long by itself', ['x', 'y'.repeat(41)], []],
    ['just enough', ['1', '2', '3', 'z'.repeat(37)], ['1', '2', '3', 'z'.repeat(37)]],
  ];
  for (const [why, written, kept] of last)
    it(`keeps the last lines: ${why}`, async () => {
      await memory.keep(a, 1, chunks('p', written));
      assert.deepEqual((await read(a)).texts, kept);
    });

  it('gives up the runs that came first when all together are too much', async () => {
    const uuids = [1, 2, 3, 4].map((number) => String(number).repeat(32));
    for (const uuid of uuids) await memory.keep(uuid, 1, chunks('p', ['1', '2', '3', '4']));
    const left = await Promise.all(uuids.map(async (uuid) => (await read(uuid)).texts.length));
    // A line counts as 300 bytes and its text.
    assert.deepEqual(left, [0, 0, 4, 4]);
  });

  it('holds also while many logs are read at once', async () => {
    const uuids = Array.from({ length: 30 }, (_, index) => index.toString(16).padStart(32, '0'));
    await Promise.all(uuids.map((uuid) => memory.keep(uuid, 1, chunks('p', ['1', '2', '3']))));
    const left = await Promise.all(uuids.map(async (uuid) => (await read(uuid)).texts.length));
    const lines = left.reduce((sum, each) => sum + each, 0);
    assert.ok(lines > 0 && lines * 301 <= limits.totalBytes, `${lines} lines`);
  });

  it('keeps what came before a log broke off', async () => {
    async function* broken(): AsyncIterable<LogChunk> {
      yield* chunks('p', ['before']);
      throw new Error('the node went away');
    }
    await assert.rejects(memory.keep(a, 1, broken()), /went away/);
    assert.deepEqual((await read(a)).texts, ['before']);
  });

  it('forgets a run that is removed, also one that is still read', async () => {
    await memory.keep(b, 1, chunks('p', ['of another']));
    async function* slow(): AsyncIterable<LogChunk> {
      yield* chunks('p', ['first']);
      memory.forget(a);
      yield* chunks('p', ['second']);
    }
    await memory.keep(a, 1, slow());
    assert.deepEqual((await read(a)).texts, []);
    assert.deepEqual((await read(b)).texts, ['of another']);
  });
});
