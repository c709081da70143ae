import assert from 'node:assert/strict';
import type { StreamChunk, StreamControl } from '@tandem/proto';
import type { StreamEvents } from '../ports/control-plane.ts';
import type { Connection, Forwarded } from '../ports/executor.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { fakeControlPlane } from '../testing/fake-control-plane.ts';
import { fakeExecutor } from '../testing/fake-executor.ts';
import { silentLog } from '../testing/silent-log.ts';
import { idleLimitMs, serveForward } from './forward-stream.ts';

const order = { streamId: 's', sessionId: 'session', runUuid: 'a'.repeat(32), port: 8080 };
const kib64 = 64 * 1024;

/** A service at the far end of the connection, under the test's control. */
function fakeService() {
  const waiting: (Uint8Array | 'end' | 'broken')[] = [];
  let wake: () => void = () => undefined;
  const service = {
    taken: 0,
    got: [] as string[],
    /** Writes that the service has not taken yet. */
    unread: [] as (() => void)[],
    isReading: true,
    hasEnded: false,
    isClosed: false,
    say: (what: Uint8Array | 'end' | 'broken') => {
      waiting.push(what);
      wake();
    },
  };
  const connection: Connection = {
    incoming: (async function* () {
      for (;;) {
        const next = waiting.shift();
        if (service.isClosed || next === 'broken') throw new Error('ECONNRESET');
        if (next === 'end') return;
        if (next !== undefined) {
          service.taken += 1;
          yield next;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    })(),
    write: (bytes) =>
      new Promise((resolve) => {
        service.got.push(Buffer.from(bytes).toString());
        if (service.isReading) resolve();
        else service.unread.push(resolve);
      }),
    end: () => {
      service.hasEnded = true;
    },
    close: () => {
      service.isClosed = true;
      wake();
    },
  };
  return { service, connection };
}

function setUp(answer?: Forwarded) {
  const sent: StreamChunk[] = [];
  const ends: string[] = [];
  const asked: number[] = [];
  let events: StreamEvents | null = null;
  const { service, connection } = fakeService();
  const clock = fakeClock();
  const stop = new AbortController();
  const room = { full: false };
  const served = serveForward(
    order,
    {
      controlPlane: {
        ...fakeControlPlane(),
        openStream: (listener) => {
          events = listener;
          return {
            send: (message) => sent.push(message) > 0 && !room.full,
            end: () => void ends.push('end'),
            cancel: () => void ends.push('cancel'),
          };
        },
      },
      executor: {
        ...fakeExecutor(),
        forward: (_uuid, port) => {
          asked.push(port);
          return Promise.resolve(answer ?? { kind: 'open', connection });
        },
      },
      clock,
      log: silentLog(),
    },
    stop.signal,
  );
  const bodies = () => sent.map(({ body }) => body);
  return {
    served,
    service,
    clock,
    stop,
    room,
    asked,
    ends,
    sent,
    bodies,
    settle: () => clock.advance(10),
    drain: () => events?.onDrain(),
    hangUp: () => events?.onClose(),
    control: (given: Partial<StreamControl>) =>
      events?.onControl({ credits: 0, close: false, data: Buffer.alloc(0), end: false, ...given }),
    text: () =>
      bodies()
        .flatMap((body) => (body?.$case === 'data' ? [body.value.toString()] : []))
        .join(''),
    bytes: () => bodies().reduce((sum, body) => sum + (body?.$case === 'data' ? body.value.length : 0), 0),
    last: () => sent.at(-1)?.body,
  };
}

const broken = { $case: 'end', value: { reason: 'Broken', message: 'The connection to the service broke.' } };
const allSent = { $case: 'end', value: { reason: '', message: '' } };

describe('a forward', () => {
  it('says which stream it is, connects to the port, and gives the first credits', async () => {
    const { sent, asked, settle } = setUp();
    await settle();
    assert.deepEqual(asked, [8080]);
    assert.deepEqual(sent, [
      { streamId: 's', sessionId: 'session', body: undefined },
      { streamId: 's', sessionId: 'session', body: { $case: 'credits', value: 8 } },
    ]);
  });

  it('carries bytes both ways, and ends when both directions have ended', async () => {
    const { served, service, settle, control, text, last, ends } = setUp();
    control({ credits: 8 });
    control({ data: Buffer.from('ping') });
    service.say(Buffer.from('pong'));
    service.say('end');
    await settle();
    assert.deepEqual([service.got, text()], [['ping'], 'pong']);
    assert.deepEqual(last(), allSent);
    // The service has said all and is still told more.
    control({ data: Buffer.from('more') });
    await settle();
    assert.deepEqual([service.got, service.isClosed, ends], [['ping', 'more'], false, []]);
    control({ end: true });
    await served;
    assert.deepEqual([service.hasEnded, service.isClosed, ends], [true, true, ['end']]);
    assert.deepEqual(last(), { $case: 'credits', value: 1 });
  });

  it('goes on from the service when the reader has said all', async () => {
    const { served, service, settle, control, text } = setUp();
    control({ credits: 8, end: true });
    await settle();
    assert.deepEqual([service.hasEnded, service.isClosed], [true, false]);
    service.say(Buffer.from('late'));
    service.say('end');
    await served;
    assert.equal(text(), 'late');
  });

  it('takes no more of a service that floods than the reader has asked for', async () => {
    const { service, settle, control, bytes } = setUp();
    for (let count = 0; count < 100; count += 1) service.say(Buffer.alloc(kib64));
    await settle();
    assert.deepEqual([bytes(), service.taken], [0, 1]);
    control({ credits: 8 });
    await settle();
    assert.deepEqual([bytes(), service.taken], [8 * kib64, 9]);
    control({ credits: 1 });
    await settle();
    assert.deepEqual([bytes(), service.taken], [9 * kib64, 10]);
  });

  it('waits for the transport too', async () => {
    const { service, settle, control, text, room, drain } = setUp();
    await settle();
    room.full = true;
    service.say(Buffer.from('a'));
    service.say(Buffer.from('b'));
    control({ credits: 8 });
    await settle();
    assert.equal(text(), 'a');
    room.full = false;
    drain();
    await settle();
    assert.equal(text(), 'ab');
  });

  it('cuts what is larger than a message', async () => {
    const { service, settle, control, bodies } = setUp();
    control({ credits: 8 });
    service.say(Buffer.alloc(kib64 + 1));
    await settle();
    assert.deepEqual(
      bodies().flatMap((body) => (body?.$case === 'data' ? [body.value.length] : [])),
      [kib64, 1],
    );
  });

  it('gives a credit back only for what the service has taken', async () => {
    const { service, settle, control, bodies } = setUp();
    service.isReading = false;
    for (let count = 0; count < 8; count += 1) control({ data: Buffer.from(String(count)) });
    await settle();
    const credits = () => bodies().filter((body) => body?.$case === 'credits').length;
    assert.deepEqual([service.got, credits()], [['0'], 1]);
    service.unread.shift()?.();
    await settle();
    assert.deepEqual([service.got, credits()], [['0', '1'], 2]);
  });

  const violations: readonly (readonly [string, (control: (given: Partial<StreamControl>) => void) => void])[] = [
    [
      'sends more than it has credit for',
      (control) => Array.from({ length: 9 }, () => control({ data: Buffer.from('x') })),
    ],
    ['sends a message that is too large', (control) => control({ data: Buffer.alloc(kib64 + 1) })],
    ['sends behind its end', (control) => [{ end: true }, { data: Buffer.from('x') }].forEach(control)],
  ];
  for (const [title, violate] of violations) {
    it(`breaks when the other side ${title}`, async () => {
      const { served, service, settle, control, ends } = setUp();
      service.isReading = false;
      await settle();
      violate(control);
      service.unread.shift()?.();
      await served;
      assert.deepEqual([service.isClosed, ends], [true, ['cancel']]);
    });
  }

  for (const [title, refusal] of [
    ['a port that is not declared', { kind: 'refused', reason: 'PortNotDeclared', message: 'It declares 80.' }],
    ['a run that is not here', { kind: 'refused', reason: 'NotFound', message: 'Nothing of this run is here.' }],
  ] as const) {
    it(`says why ${title} is not forwarded`, async () => {
      const { served, last, ends } = setUp(refusal);
      await served;
      assert.deepEqual(last(), { $case: 'end', value: { reason: refusal.reason, message: refusal.message } });
      assert.deepEqual(ends, ['end']);
    });
  }

  it('tells the reader when the service breaks the connection', async () => {
    const { served, service, last, ends } = setUp();
    service.say('broken');
    await served;
    assert.deepEqual([last(), service.isClosed, ends], [broken, true, ['end']]);
  });

  it('closes the connection when the reader goes', async () => {
    for (const leave of ['control', 'hangUp'] as const) {
      const { served, service, settle, control, hangUp, ends } = setUp();
      await settle();
      if (leave === 'control') control({ close: true });
      else hangUp();
      await served;
      assert.deepEqual([service.isClosed, ends], [true, ['cancel']]);
    }
  });

  it('ends when it is told to, with a reader that does not read', async () => {
    const { served, service, settle, stop, last } = setUp();
    service.say(Buffer.alloc(kib64));
    await settle();
    stop.abort();
    await served;
    assert.deepEqual([service.isClosed, last()], [true, broken]);
  });

  it('is closed after an hour without a byte, and not while bytes pass', async () => {
    const { served, service, clock, control, last } = setUp();
    await clock.advance(idleLimitMs - 1_000);
    control({ data: Buffer.from('x') });
    await clock.advance(idleLimitMs - 1_000);
    assert.equal(service.isClosed, false);
    await clock.advance(2_000);
    await served;
    assert.deepEqual([service.isClosed, last()], [true, broken]);
  });
});
