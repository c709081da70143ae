import assert from 'node:assert/strict';
import type { OpenStream, StreamChunk } from '@tandem/proto';
import { createMasker } from '../mask/masker.ts';
import type { ControlPlane, StreamEvents } from '../ports/control-plane.ts';
import type { LogChunk } from '../ports/executor.ts';
import { Secret } from '../secret.ts';
import { type FakeClock, fakeClock } from '../testing/fake-clock.ts';
import { fakeControlPlane } from '../testing/fake-control-plane.ts';
import { fakeExecutor } from '../testing/fake-executor.ts';
import { silentLog } from '../testing/silent-log.ts';
import { serveLogs } from './log-stream.ts';

const uuid = 'a'.repeat(32);
const order: OpenStream = {
  streamId: 's',
  runUuid: uuid,
  what: { $case: 'logs', value: { cursor: '', follow: true, tail: 0 } },
};

const chunk = (texts: readonly (string | Buffer)[], live = false): LogChunk => ({
  cursor: String(texts[0]),
  live,
  lines: texts.map((text) => ({ atMs: 1, pod: '', container: 'main', node: '', bytes: Buffer.from(text), cut: false })),
});

function setUp(chunks: readonly LogChunk[]) {
  const sent: StreamChunk[] = [];
  const ends: string[] = [];
  let events: StreamEvents | null = null;
  const room = { full: false };
  const controlPlane: ControlPlane = {
    ...fakeControlPlane(),
    openStream: (listener) => {
      events = listener;
      return {
        send: (message) => sent.push(message) > 0 && !room.full,
        end: () => void ends.push('end'),
        cancel: () => void ends.push('cancel'),
      };
    },
  };
  const executor = {
    ...fakeExecutor(),
    find: () => Promise.resolve(observed),
    logs: async function* () {
      yield* chunks;
    },
  };
  const clock: FakeClock = fakeClock();
  const stop = new AbortController();
  const masker = createMasker('values', [new Secret('the-secret-value')]);
  const serve = (known = true) =>
    serveLogs(
      order,
      'session',
      {
        controlPlane,
        executor: known ? executor : fakeExecutor(),
        masker: () => Promise.resolve(masker),
        clock,
        log: silentLog(),
      },
      stop.signal,
    );
  const texts = () =>
    sent.flatMap(({ body }) => (body?.$case === 'lines' ? body.value.lines.map(({ text }) => text) : []));
  return {
    sent,
    ends,
    room,
    clock,
    stop,
    serve,
    texts,
    control: (credits: number, close = false) =>
      events?.onControl({ credits, close, data: Buffer.alloc(0), end: false }),
    drain: () => events?.onDrain(),
  };
}

const observed = {
  run: { uuid, attempt: 1, generation: 1 },
  status: 'running',
  reason: 'Running',
  message: '',
  seq: 1n,
  atMs: 0,
  ended: null,
  pods: [],
} as const;

describe('log stream', () => {
  it('sends one chunk for each credit, after saying which stream it is', async () => {
    const { sent, serve, clock, control, texts, ends } = setUp([chunk(['a']), chunk(['b']), chunk(['c'])]);
    const served = serve();
    await clock.advance(10);
    assert.deepEqual(sent, [{ streamId: 's', sessionId: 'session', body: undefined }]);
    control(2);
    await clock.advance(10);
    assert.deepEqual(texts(), ['a', 'b']);
    control(1);
    await served;
    assert.deepEqual(texts(), ['a', 'b', 'c']);
    assert.deepEqual(sent.at(-1)?.body, { $case: 'end', value: { reason: '', message: '' } });
    assert.deepEqual(ends, ['end']);
  });

  it('waits for the transport too', async () => {
    const { serve, clock, control, texts, room, drain } = setUp([chunk(['a']), chunk(['b'])]);
    room.full = true;
    const served = serve();
    control(9);
    await clock.advance(10);
    assert.deepEqual(texts(), []);
    room.full = false;
    drain();
    await served;
    assert.deepEqual(texts(), ['a', 'b']);
  });

  it('masks, cleans, repairs and cuts lines', async () => {
    const { serve, control, texts } = setUp([
      chunk([
        'x the-secret-value y',
        '\u001b[1mbold\u001b[0m',
        Buffer.from([0x61, 0xff, 0x62]),
        'z'.repeat(20_000),
        'the-sec\u001b[0mret-value',
      ]),
    ]);
    const served = serve();
    control(9);
    await served;
    const [first, second, third, fourth, fifth] = texts();
    assert.deepEqual([first, second, third, fifth], ['x [secret] y', 'bold', 'a\ufffdb', '[secret]']);
    assert.ok(fourth?.endsWith('… [line cut]') && fourth.length < 17_000);
  });

  it('says so when there is no such run', async () => {
    const { sent, serve } = setUp([]);
    await serve(false);
    assert.deepEqual(sent.at(-1)?.body, {
      $case: 'end',
      value: { reason: 'NotFound', message: 'Nothing of this run is here.' },
    });
  });

  it('ends at once when the reader closes or the session goes', async () => {
    const byReader = setUp([chunk(['a'])]);
    const served = byReader.serve();
    await byReader.clock.advance(10);
    byReader.control(0, true);
    await served;
    assert.deepEqual([byReader.ends, byReader.texts()], [['cancel'], []]);
    const bySession = setUp([chunk(['a'])]);
    const other = bySession.serve();
    await bySession.clock.advance(10);
    bySession.stop.abort();
    await other;
    assert.deepEqual(bySession.ends, ['end']);
  });

  it('counts what a live burst had too much, and waits with what is old', async () => {
    const big = 'y'.repeat(15_000);
    const many = Array.from({ length: 100 }, () => chunk([big], true));
    const live = setUp([...many]);
    const served = live.serve();
    live.control(1_000);
    await served;
    const skipped = 100 - live.texts().length;
    assert.ok(skipped > 20 && skipped < 40, `${skipped} skipped`);
    const old = setUp(many.map((each) => ({ ...each, live: false })));
    const caughtUp = old.serve();
    old.control(1_000);
    await old.clock.advance(10_000);
    await caughtUp;
    assert.equal(old.texts().length, 100);
  });
});
