import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OpenStream, StreamChunk } from '@tandem/proto';
import { createMasker } from '../mask/masker.ts';
import type { Connection } from '../ports/executor.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { fakeControlPlane } from '../testing/fake-control-plane.ts';
import { fakeExecutor } from '../testing/fake-executor.ts';
import { silentLog } from '../testing/silent-log.ts';
import { OpenStreams } from './open-streams.ts';

const uuid = 'a'.repeat(32);
const other = 'b'.repeat(32);

function setUp() {
  const sent: StreamChunk[] = [];
  const clock = fakeClock();
  /** Connections that are open, by the run. */
  const open: string[] = [];
  const streams = new OpenStreams({
    controlPlane: {
      ...fakeControlPlane(),
      openStream: () => ({ send: (chunk) => sent.push(chunk) > 0, end: () => undefined, cancel: () => undefined }),
    },
    executor: {
      ...fakeExecutor(),
      forward: (run) => {
        open.push(run);
        return Promise.resolve({ kind: 'open', connection: silent(() => open.splice(open.indexOf(run), 1)) });
      },
    },
    masker: () => Promise.resolve(createMasker('values', [])),
    clock,
    log: silentLog(),
  });
  const order = (what: OpenStream['what'], runUuid = uuid, streamId: string = randomUUID()) =>
    streams.open({ streamId, runUuid, what }, 'session');
  return {
    streams,
    sent,
    clock,
    open,
    order,
    forward: (run = uuid, streamId?: string) => order({ $case: 'forward', value: { port: 80 } }, run, streamId),
    settle: () => clock.advance(10),
    reasons: () => sent.flatMap(({ body }) => (body?.$case === 'end' ? [body.value.reason] : [])),
  };
}

/** A connection on which nothing is said until it is closed. */
function silent(onClose: () => void): Connection {
  let isClosed = false;
  let wake: () => void = () => undefined;
  return {
    incoming: {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (isClosed) resolve();
          });
          throw new Error('closed');
        },
      }),
    },
    write: () => Promise.resolve(),
    end: () => undefined,
    close: () => {
      if (!isClosed) onClose();
      isClosed = true;
      wake();
    },
  };
}

describe('open streams', () => {
  it('an ended run ends its connections, after what it may still have to say, and no others', async () => {
    const { streams, forward, settle, clock, open } = setUp();
    forward();
    forward(other);
    await settle();
    streams.endRun(uuid);
    await settle();
    assert.deepEqual(open, [uuid, other]);
    await clock.advance(10_000);
    assert.deepEqual(open, [other]);
  });

  it('connections outlive a session that is dialled anew, and end with the agent', async () => {
    const { streams, forward, settle, open } = setUp();
    forward();
    await settle();
    streams.closeLogs();
    await settle();
    assert.deepEqual(open, [uuid]);
    streams.closeAll();
    await settle();
    assert.deepEqual(open, []);
  });

  it('an order that comes twice is carried out once', async () => {
    const { forward, settle, open } = setUp();
    forward(uuid, 'same');
    forward(uuid, 'same');
    await settle();
    assert.deepEqual(open, [uuid]);
  });

  it('refuses more connections than it has room for, and takes new ones when others have ended', async () => {
    const { streams, forward, settle, open, reasons, clock } = setUp();
    for (let count = 0; count < 127; count += 1) forward();
    forward(other);
    forward();
    await settle();
    assert.deepEqual([open.length, reasons()], [128, ['TooManyConnections']]);
    streams.endRun(other);
    await clock.advance(10_000);
    forward();
    await settle();
    assert.equal(open.length, 128);
  });

  it('says so when it is asked for something newer than it knows', async () => {
    const { order, settle, reasons } = setUp();
    order(undefined);
    await settle();
    assert.deepEqual(reasons(), ['Unsupported']);
  });
});
