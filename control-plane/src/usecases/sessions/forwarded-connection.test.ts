import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { StreamControl } from '@tandem/proto';
import { Outage } from '../../domain/outage.ts';
import { Refusal } from '../../domain/refusal.ts';
import { ForwardedConnection } from './forwarded-connection.ts';

const kib64 = 64 * 1024;

/** The agent's end of the call, under the test's control. */
function setUp() {
  const told: StreamControl[] = [];
  let closes = 0;
  const room = { full: false };
  const connection = new ForwardedConnection();
  connection.attach({
    send: (control) => told.push(control) > 0 && !room.full,
    close: () => {
      closes += 1;
    },
  });
  const sum = (of: (control: StreamControl) => number): number => told.reduce((all, each) => all + of(each), 0);
  return {
    connection,
    told,
    room,
    closes: () => closes,
    credits: () => sum(({ credits }) => credits),
    text: () => told.map(({ data }) => data.toString()).join(''),
    bytes: () => sum(({ data }) => data.length),
    has: (word: 'end' | 'close') => told.some((control) => control[word]),
    open: (credits = 8) => connection.receive({ $case: 'credits', value: credits }),
    data: (bytes: string | Buffer) => connection.receive({ $case: 'data', value: Buffer.from(bytes) }),
    end: (reason = '', message = '') => connection.receive({ $case: 'end', value: { reason, message } }),
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failureOf = async (connection: ForwardedConnection): Promise<unknown> => (await once(connection, 'error'))[0];
const read = async (connection: ForwardedConnection): Promise<string> => {
  let text = '';
  for await (const bytes of connection.iterator({ destroyOnReturn: false })) text += String(bytes);
  return text;
};

describe('a forwarded connection', () => {
  it('is open when the agent gives credits, and not before', async () => {
    const { connection, open, credits } = setUp();
    let isOpen = false;
    void connection.opened.then(() => {
      isOpen = true;
    });
    await settle();
    assert.deepEqual([isOpen, credits()], [false, 8]);
    open();
    await settle();
    assert.equal(isOpen, true);
  });

  it('hands on what comes, and asks for more as it is taken', async () => {
    const { connection, open, data, end, credits } = setUp();
    open();
    data('a');
    data('b');
    end();
    assert.equal(await read(connection), 'ab');
    assert.equal(credits(), 10);
  });

  it('holds at most its window for a reader that does not read, and breaks with an agent that sends more', async () => {
    const { connection, open, data, credits, closes, has } = setUp();
    open();
    const failed = failureOf(connection);
    for (let count = 0; count < 8; count += 1) data(Buffer.alloc(kib64));
    // Nobody has read: no credit was given beyond the first eight.
    assert.deepEqual([credits(), connection.destroyed], [8, false]);
    data('x');
    const failure = await failed;
    assert.ok(failure instanceof Outage && /more than it was asked for/.test(failure.message), String(failure));
    assert.deepEqual([connection.readableLength, has('close'), closes()], [0, true, 1]);
  });

  it('a reader that starts and stops costs no more than its window', async () => {
    const { connection, open, data, credits } = setUp();
    open();
    connection.once('data', () => connection.pause());
    let sent = 0;
    for (let turn = 0; turn < 100; turn += 1) {
      if (sent < credits()) {
        data(Buffer.alloc(kib64));
        sent += 1;
      }
      await settle();
    }
    // The first was read, the next ones fill the stream's own buffer and the window.
    assert.ok(sent <= 11, `${sent} messages for a reader that stopped`);
    assert.equal(connection.destroyed, false);
  });

  it('breaks with a message that is too large, and with one behind the end', async () => {
    const large = setUp();
    const tooLarge = failureOf(large.connection);
    large.data(Buffer.alloc(kib64 + 1));
    assert.ok((await tooLarge) instanceof Outage);
    const late = setUp();
    late.data('a');
    late.end();
    const tooLate = failureOf(late.connection);
    late.data('b');
    assert.ok((await tooLate) instanceof Outage);
  });

  it('sends what is written in messages of 64 KiB, as far as the agent has given credits', async () => {
    const { connection, open, told, bytes } = setUp();
    connection.write(Buffer.alloc(10 * kib64));
    assert.equal(bytes(), 0);
    open(2);
    assert.equal(bytes(), 2 * kib64);
    open(1);
    assert.equal(bytes(), 3 * kib64);
    assert.ok(told.every(({ data }) => data.length <= kib64));
    assert.equal(connection.writableNeedDrain, true);
    // Credits do not add up without end: an agent that never reads would fill our transport.
    open(1_000_000);
    assert.equal(bytes(), 10 * kib64);
    connection.write(Buffer.alloc(10 * kib64));
    await settle();
    assert.ok(bytes() <= 18 * kib64, `${bytes()}`);
  });

  it('waits for the transport', async () => {
    const { connection, open, room, text } = setUp();
    open();
    room.full = true;
    connection.write('a');
    connection.write('b');
    await settle();
    assert.equal(text(), 'a');
    room.full = false;
    connection.drained();
    await settle();
    assert.equal(text(), 'ab');
  });

  it('ends each direction by itself, and leaves the end of the call to the agent', async () => {
    const { connection, open, data, end, text, has, closes } = setUp();
    open();
    data('answer');
    end();
    assert.equal(await read(connection), 'answer');
    assert.equal(connection.destroyed, false);
    connection.end('more');
    await once(connection, 'close');
    assert.deepEqual([text(), has('end'), has('close'), closes()], ['more', true, false, 0]);
  });

  it('what the service had sent to its end reaches a slow reader, also when the call is over', async () => {
    for (const leave of ['lose', 'broken'] as const) {
      const { connection, open, data, end } = setUp();
      open();
      for (let count = 0; count < 8; count += 1) data('12345678');
      end();
      if (leave === 'lose') connection.lose();
      else end('Broken', 'It broke.');
      connection.on('error', () => undefined);
      assert.equal((await read(connection)).length, 64, leave);
    }
  });

  it('breaks when the agent goes in the middle', async () => {
    const { connection, open, data } = setUp();
    open();
    data('half');
    const failed = failureOf(connection);
    connection.lose();
    assert.ok((await failed) instanceof Outage);
  });

  it('tells the agent when the reader breaks', async () => {
    const { connection, open, has, closes } = setUp();
    open();
    connection.destroy();
    await once(connection, 'close');
    assert.deepEqual([has('close'), closes()], [true, 1]);
  });

  for (const [reason, code] of [
    ['PortNotDeclared', 'forward/port-not-declared'],
    ['NotFound', 'forward/not-running'],
    ['RunEnded', 'forward/not-running'],
    ['NotReady', 'service-away'],
    ['NoAnswer', 'service-away'],
    ['TooManyConnections', 'too-many-connections'],
    ['SomethingNewer', 'agent-away'],
  ] as const) {
    it(`passes ${reason} on as ${code}, with a sentence of bounded length`, async () => {
      const { connection, end } = setUp();
      end(reason, 's'.repeat(10_000));
      const failure = await connection.opened.then(
        () => null,
        (error: unknown) => error,
      );
      if (failure instanceof Refusal) assert.equal(failure.reason.kind === 'impossible' && failure.reason.code, code);
      else assert.equal(failure instanceof Outage && failure.code, code);
      const sentence =
        failure instanceof Refusal && failure.reason.kind === 'impossible' ? failure.reason.message : String(failure);
      assert.ok(sentence.length < 600);
    });
  }
});
