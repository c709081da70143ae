import assert from 'node:assert/strict';
import type { StreamChunk, ToAgent } from '@tandem/proto';
import { Outage } from '../../domain/outage.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AgentSession } from './agent-session.ts';
import { StreamRelay } from './stream-relay.ts';

const uuid = 'a'.repeat(32);

function setUp(features: readonly string[] = ['forward']) {
  const orders: NonNullable<ToAgent['body']>[] = [];
  const timers = new Set<() => void>();
  const clock: Clock = {
    nowMs: () => 0,
    after: (_ms, run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  };
  const relay = new StreamRelay(clock);
  // Only these two are used of a session.
  const session = {
    can: (feature: string) => features.includes(feature),
    send: (body: NonNullable<ToAgent['body']>) => orders.push(body) > 0,
  } as unknown as AgentSession;
  let closes = 0;
  const call = {
    send: () => true,
    close: () => {
      closes += 1;
    },
  };
  const gone = new AbortController();
  const opening = relay.forward(session, uuid, 8080, gone.signal);
  opening.catch(() => undefined);
  const streamId = (): string => {
    const [order] = orders;
    return order?.$case === 'openStream' ? order.value.streamId : assert.fail('nothing was ordered');
  };
  return {
    relay,
    orders,
    gone,
    opening,
    streamId,
    closes: () => closes,
    expire: () => {
      for (const run of [...timers]) run();
    },
    say: (body: StreamChunk['body'], id = streamId()) => relay.take({ streamId: id, sessionId: 's', body }, call),
  };
}

describe('the relay of connections', () => {
  it('asks the agent, and gives the connection when the service has it', async () => {
    const { orders, opening, say, streamId } = setUp();
    assert.deepEqual(orders, [
      {
        $case: 'openStream',
        value: { streamId: streamId(), runUuid: uuid, what: { $case: 'forward', value: { port: 8080 } } },
      },
    ]);
    assert.equal(say(undefined), true);
    say({ $case: 'credits', value: 8 });
    say({ $case: 'data', value: Buffer.from('hello') });
    const connection = await opening;
    const [first] = await connection.take(1).toArray();
    assert.equal(String(first), 'hello');
  });

  it('does not ask an agent that is too old', async () => {
    const { orders, opening } = setUp([]);
    await assert.rejects(opening, (error) => error instanceof Refusal && error.reason.kind === 'impossible');
    assert.deepEqual(orders, []);
  });

  it('gives up on an agent that does not answer, or does not say whether it is connected', async () => {
    for (const answers of [false, true]) {
      const { relay, opening, say, expire } = setUp();
      if (answers) say(undefined);
      expire();
      await assert.rejects(opening, (error) => error instanceof Outage && error.code === 'agent-away');
      // Who comes now finds nobody, and its call is closed.
      assert.deepEqual([say({ $case: 'credits', value: 1 }), relay.size], [false, 0]);
    }
  });

  it('lets go when the caller goes before it is open', async () => {
    const { relay, opening, gone, say, closes } = setUp();
    say(undefined);
    gone.abort();
    await assert.rejects(opening);
    assert.deepEqual([relay.size, closes()], [0, 1]);
  });

  it('passes a refusal on and keeps nothing', async () => {
    const { relay, opening, say } = setUp();
    say({ $case: 'end', value: { reason: 'PortNotDeclared', message: 'It declares 80.' } });
    await assert.rejects(opening, (error) => error instanceof Refusal);
    assert.equal(relay.size, 0);
  });

  it('keeps a connection that has ended in order until the agent has ended its call', async () => {
    const { relay, opening, say, streamId } = setUp();
    say({ $case: 'credits', value: 8 });
    const connection = await opening;
    say({ $case: 'end', value: { reason: '', message: '' } });
    connection.end('last').resume();
    await new Promise((resolve) => connection.once('close', resolve));
    assert.deepEqual([say({ $case: 'credits', value: 1 }), relay.size], [true, 1]);
    relay.detach(streamId());
    assert.equal(relay.size, 0);
  });

  it('breaks the connection when the call is cut, and knows no streams of others', async () => {
    const { relay, opening, say, streamId } = setUp();
    say({ $case: 'credits', value: 8 });
    const connection = await opening;
    assert.equal(say({ $case: 'data', value: Buffer.from('x') }, 'another'), false);
    const closed = new Promise((resolve) => connection.once('error', resolve));
    relay.detach(streamId());
    assert.ok((await closed) instanceof Outage);
    assert.equal(relay.size, 0);
  });
});
