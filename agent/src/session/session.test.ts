import assert from 'node:assert/strict';
import { Command as CommandMessage, CommandPart, type FromAgent, type ToAgent } from '@tandem/proto';
import { aSession, uuid } from '../testing/a-session.ts';

const kinds = (sent: readonly FromAgent[]): string[] => sent.map(({ body }) => body?.$case ?? '');

describe('session', () => {
  it('says Hello, and nothing else before Welcome', async () => {
    const { session, plane, clock, executor } = aSession();
    session.start();
    executor.become(uuid, 'running', 2n);
    await clock.advance(1_000);
    assert.deepEqual(kinds(plane.sent), ['hello']);
    plane.welcome(1n);
    await clock.advance(1_000);
    assert.deepEqual(
      new Set(kinds(plane.sent)),
      new Set(
        ['hello', 'heartbeat', 'inventory', 'reports', 'credits'].filter((kind) => kinds(plane.sent).includes(kind)),
      ),
    );
    assert.ok(
      plane.sent.slice(1).every(({ epoch }) => epoch === 1n),
      'every message carries the epoch',
    );
    assert.equal(session.state().kind, 'live');
    await session.end();
  });

  it('acknowledges a start once it is durable, and a repeat with already', async () => {
    const { session, plane, clock, command, start, acks, welcome } = aSession();
    session.start();
    welcome();
    plane.say({ $case: 'command', value: command({ body: start() }) });
    plane.say({ $case: 'command', value: command({ body: start() }) });
    await clock.advance(100);
    plane.say({ $case: 'command', value: command({ body: start() }) });
    await clock.advance(100);
    assert.deepEqual(
      acks().map(({ outcome }) => outcome),
      ['accepted', 'already'],
    );
    await session.end();
  });

  it('answers what it cannot do with the reason', async () => {
    const { session, plane, clock, command, start, acks, welcome, log } = aSession();
    session.start();
    welcome();
    plane.say({ $case: 'command', value: command({ body: undefined }, 1n) });
    plane.say({ $case: 'command', value: command({ body: start('bad'), runUuid: 'b'.repeat(32) }, 2n) });
    plane.say({ $case: 'command', value: command({ body: start(), notAfterMs: 1n, runUuid: 'c'.repeat(32) }, 3n) });
    plane.say({ $case: 'command', value: command({ body: start('poison'), runUuid: 'd'.repeat(32) }, 4n) });
    plane.say({
      $case: 'command',
      value: command({ body: { $case: 'observe', value: {} }, runUuid: 'e'.repeat(32) }, 5n),
    });
    await clock.advance(5_000);
    assert.deepEqual(
      acks()
        .sort((left, right) => Number(left.seq - right.seq))
        .map(({ outcome, reason }) => `${outcome}/${reason}`),
      [
        'rejected/Unsupported',
        'rejected/UnknownConnection',
        'rejected/Expired',
        'rejected/Internal',
        'rejected/DeletedExternally',
      ],
    );
    assert.ok(log.lines.some(({ message }) => message.includes('bug')));
    assert.ok(!acks().some(({ message }) => message.includes('poisoned')), 'the fault itself stays here');
    await session.end();
  });

  it('puts a command in parts together', async () => {
    const { session, plane, clock, command, start, acks, welcome } = aSession();
    session.start();
    welcome();
    const bytes = Buffer.from(CommandMessage.encode(command({ body: start() })).finish());
    const middle = bytes.length >> 1;
    const part = (index: number, data: Buffer, more: boolean): ToAgent['body'] => ({
      $case: 'part',
      value: CommandPart.fromPartial({ commandId: 'c1', index, data, more }),
    });
    plane.say(part(0, bytes.subarray(0, middle), true));
    plane.say(part(0, bytes.subarray(0, middle), true));
    plane.say(part(1, bytes.subarray(middle), false));
    await clock.advance(100);
    assert.deepEqual(
      acks().map(({ outcome }) => outcome),
      ['accepted'],
    );
    await session.end();
  });

  it('sends a report until it is acknowledged, on this session and the next', async () => {
    const { session, plane, clock, executor, reports, welcome } = aSession();
    session.start();
    welcome();
    executor.become(uuid, 'running', 2n);
    await clock.advance(100);
    assert.equal(reports().length, 1);
    await clock.advance(6_000);
    assert.equal(reports().length, 2, 'again after 5 s');
    plane.cut();
    await clock.advance(1_000);
    welcome(2n);
    await clock.advance(10);
    assert.equal(reports().length, 3, 'again on a new session');
    plane.say({ $case: 'reportAck', value: { reportIds: reports().map(({ id }) => id) } });
    await clock.advance(20_000);
    assert.equal(reports().length, 3);
    await session.end();
  });

  it('keeps that a final report was acknowledged, and removes a run only then', async () => {
    const { session, plane, clock, executor, memory, command, acks, reports, welcome } = aSession();
    session.start();
    welcome();
    executor.become(uuid, 'succeeded', 5n);
    const remove = (seq: bigint): void =>
      plane.say({ $case: 'command', value: command({ body: { $case: 'remove', value: { artifacts: false } } }, seq) });
    remove(1n);
    await clock.advance(100);
    assert.equal(acks()[0]?.outcome, 'retry');
    plane.say({ $case: 'reportAck', value: { reportIds: reports().map(({ id }) => id) } });
    await clock.advance(100);
    assert.equal(memory.isFinalAcked(uuid, 1, 5n), true);
    remove(2n);
    await clock.advance(100);
    assert.equal(acks()[1]?.outcome, 'accepted');
    assert.equal(await executor.find(uuid), null);
    await session.end();
  });

  it('counts free capacity from what exists', async () => {
    const { session, plane, clock, executor, welcome } = aSession();
    session.start();
    welcome();
    await clock.advance(100);
    executor.become('b'.repeat(32), 'running', 1n);
    await clock.advance(100);
    executor.become('b'.repeat(32), 'succeeded', 2n);
    await clock.advance(100);
    const credits = plane.sent.flatMap(({ body }) => (body?.$case === 'credits' ? [body.value.freeCapacity] : []));
    assert.deepEqual(credits, [4, 3, 4]);
    await session.end();
  });

  it('dials again after silence, with growing pauses', async () => {
    const { session, plane, clock, states, welcome } = aSession();
    session.start();
    welcome();
    await clock.advance(45_000);
    assert.ok(states.some((state) => state.kind === 'waiting' && state.because.includes('silent')));
    for (let round = 0; round < 4; round += 1) {
      plane.cut();
      await clock.advance(60_000);
    }
    const delays = states.flatMap((state) => (state.kind === 'waiting' ? [state.delayMs] : []));
    assert.deepEqual(delays.slice(0, 3), [500, 1_000, 2_000]);
    await session.end();
  });

  it('does not dial again when it is refused for good or fenced', async () => {
    for (const reject of [
      { reason: 'Revoked', terminal: true },
      { reason: 'Fenced', terminal: false },
    ]) {
      const { session, plane, clock, welcome } = aSession();
      session.start();
      welcome();
      plane.say({ $case: 'reject', value: { ...reject, message: '', retryAfterMs: 0 } });
      await clock.advance(600_000);
      assert.equal(session.state().kind, 'refused');
      assert.equal(plane.dials, 1);
      await session.end();
    }
  });

  it('honours retry_after', async () => {
    const { session, plane, clock, states } = aSession();
    session.start();
    plane.say({ $case: 'reject', value: { reason: 'Busy', message: '', retryAfterMs: 30_000, terminal: false } });
    await clock.advance(29_000);
    assert.equal(plane.dials, 1);
    assert.equal(states.at(-1)?.kind, 'waiting');
    await clock.advance(5_000);
    assert.equal(plane.dials, 2);
    await session.end();
  });

  it('answers a drain by finishing and dialling at once', async () => {
    const { session, plane, clock, command, start, acks, welcome } = aSession();
    session.start();
    welcome();
    plane.say({ $case: 'command', value: command({ body: start() }) });
    plane.say({ $case: 'drain', value: { reason: 'bye' } });
    await clock.advance(100);
    assert.deepEqual(
      acks().map(({ outcome }) => outcome),
      ['accepted'],
    );
    assert.equal(plane.dials, 2);
    await session.end();
  });

  it('neither starts nor removes for a control plane that went back in time', async () => {
    const { session, plane, clock, executor, memory, command, start, acks, reports, welcome } = aSession();
    await memory.rememberEpoch(9n);
    executor.become(uuid, 'succeeded', 5n);
    session.start();
    welcome(3n);
    plane.say({ $case: 'command', value: command({ body: { $case: 'remove', value: { artifacts: true } } }, 1n) });
    plane.say({ $case: 'command', value: command({ body: start(), runUuid: 'b'.repeat(32) }, 2n) });
    await clock.advance(100);
    assert.deepEqual(
      acks().map(({ outcome, reason }) => `${outcome}/${reason}`),
      ['retry/EpochRegression', 'retry/EpochRegression'],
    );
    assert.equal(reports().length, 1, 'it keeps reporting');
    assert.equal(memory.lastEpoch(), 9n);
    await session.end();
  });

  it('ignores what comes under another epoch', async () => {
    const { session, plane, clock, command, start, acks, welcome } = aSession();
    session.start();
    welcome(5n);
    plane.say({ $case: 'command', value: command({ body: start() }) }, 4n);
    await clock.advance(100);
    assert.equal(acks().length, 0);
    await session.end();
  });

  it('stops sending while the transport is full', async () => {
    const { session, plane, clock, command, welcome } = aSession();
    session.start();
    welcome();
    await clock.advance(100);
    plane.full = true;
    for (let seq = 1n; seq <= 5n; seq += 1n) plane.say({ $case: 'command', value: command({ body: undefined }, seq) });
    await clock.advance(100);
    const before = plane.sent.length;
    await clock.advance(8_000);
    assert.equal(plane.sent.length, before, 'nothing goes into a full buffer');
    plane.full = false;
    plane.drain();
    await clock.advance(10);
    assert.equal(plane.sent.filter(({ body }) => body?.$case === 'ack').length, 5);
    await session.end();
  });

  it('answers an inventory in chunks of 500', async () => {
    const { session, plane, clock, executor, welcome } = aSession();
    for (let run = 0; run < 1_001; run += 1) executor.become(run.toString(16).padStart(32, '0'), 'succeeded', 1n);
    session.start();
    welcome();
    plane.say({ $case: 'inventory', value: { id: 'q' } });
    await clock.advance(100);
    const chunks = plane.sent.flatMap(({ body }) =>
      body?.$case === 'inventory' && body.value.requestId === 'q' ? [body.value] : [],
    );
    assert.deepEqual(
      chunks.map(({ items, more }) => [items.length, more]),
      [
        [500, true],
        [500, true],
        [1, false],
      ],
    );
    await session.end();
  });
});
