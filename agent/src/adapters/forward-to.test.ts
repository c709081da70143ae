import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { annotations } from '../compile/kubernetes/names.ts';
import type { PodView } from '../observe/run-view.ts';
import type { Connection, Forwarded } from '../ports/executor.ts';
import { aPod, aView, condition, t0 } from '../testing/a-view.ts';
import { forwardTo, undeclared } from './forward-to.ts';
import { forwardToPod } from './kubernetes/forward-to-pod.ts';
import { settingsOf } from './kubernetes/read-objects.ts';

const patient = new AbortController().signal;

describe('connecting to a run', () => {
  let server: Server;
  let port = 0;
  let onConnection: (socket: Socket) => void;

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => server.close());

  const opened = (forwarded: Forwarded): Connection => {
    assert.equal(forwarded.kind, 'open');
    return forwarded.kind === 'open' ? forwarded.connection : assert.fail();
  };
  const textOf = async (incoming: AsyncIterable<Uint8Array>): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const bytes of incoming) parts.push(bytes);
    return Buffer.concat(parts).toString();
  };

  it('a connection gives and takes, and one direction may end before the other', async () => {
    let told = '';
    onConnection = (socket) => {
      socket.write('hello');
      socket.on('data', (bytes) => {
        told += String(bytes);
      });
      socket.on('end', () => socket.end(` after ${told}`));
    };
    const connection = opened(await forwardTo({ host: '127.0.0.1', port }, patient));
    await connection.write(Buffer.from('question'));
    connection.end();
    assert.equal(await textOf(connection.incoming), 'hello after question');
    connection.close();
  });

  it('a service that has said all is still told more', async () => {
    const heard = new Promise<string>((resolve) => {
      onConnection = (socket) => {
        socket.end('bye');
        let told = '';
        socket.on('data', (bytes) => {
          told += String(bytes);
        });
        socket.on('end', () => resolve(told));
      };
    });
    const connection = opened(await forwardTo({ host: '127.0.0.1', port }, patient));
    assert.equal(await textOf(connection.incoming), 'bye');
    await connection.write(Buffer.from('still here'));
    connection.end();
    assert.equal(await heard, 'still here');
    connection.close();
  });

  it('a connection that breaks fails in both directions', async () => {
    onConnection = (socket) => socket.once('data', () => socket.resetAndDestroy());
    const connection = opened(await forwardTo({ host: '127.0.0.1', port }, patient));
    await connection.write(Buffer.from('x'));
    await assert.rejects(textOf(connection.incoming));
    await assert.rejects(connection.write(Buffer.from('x')));
    connection.close();
  });

  it('a port where nobody answers is told in a sentence without an address', async () => {
    server.close();
    await once(server, 'close');
    assert.deepEqual(await forwardTo({ host: '127.0.0.1', port }, patient), {
      kind: 'refused',
      reason: 'NoAnswer',
      message: `Nothing answers at port ${port} of the run (ECONNREFUSED).`,
    });
  });

  it('a caller that has gone is not connected', async () => {
    assert.equal((await forwardTo({ host: '127.0.0.1', port }, AbortSignal.abort())).kind, 'refused');
  });

  describe('of a cluster', () => {
    const ready = (name: string, given: Partial<PodView>): readonly [string, PodView] => [
      name,
      aPod({ name, uid: name, phase: 'Running', ip: '127.0.0.1', conditions: [condition('Ready')], ...given }),
    ];
    const attempt = (pods: readonly (readonly [string, PodView])[], ports: readonly number[] = [port]) => {
      const { lead, settings } = aView({ settings: { kind: 'service', ports } });
      return { lead, settings, isRemoved: false, pods: new Map(pods) };
    };
    const reasonOf = (forwarded: Forwarded) => {
      if (forwarded.kind === 'refused') return forwarded.reason;
      forwarded.connection.close();
      return 'open';
    };

    beforeEach(() => {
      onConnection = (socket) => socket.end();
    });

    // 127.0.0.2 and .3 are this machine too, and nobody listens there.
    for (const [title, pods, expected] of [
      ['its ready pod', [ready('a', {})], 'open'],
      ['no pod', [], 'NotReady'],
      ['a pod without an address', [ready('a', { ip: '' })], 'NotReady'],
      ['a pod that is not ready', [ready('a', { conditions: [condition('Ready', { isTrue: false })] })], 'NotReady'],
      ['a pod that goes', [ready('a', { isDeleting: true })], 'NotReady'],
      ['a pod that has ended', [ready('a', { phase: 'Succeeded' })], 'NotReady'],
      [
        'the oldest of the ready ones',
        [
          ready('new', { ip: '127.0.0.2', createdAtMs: t0 + 9_000 }),
          ready('old', { createdAtMs: t0 + 1_000 }),
          ready('first', { ip: '127.0.0.3', createdAtMs: t0, isDeleting: true }),
        ],
        'open',
      ],
    ] as const) {
      it(`a run with ${title}: ${expected}`, async () => {
        assert.equal(reasonOf(await forwardToPod(attempt(pods), false, port, patient)), expected);
      });
    }

    it('only what the attempt declared is reached, whatever listens there', async () => {
      const refused = await forwardToPod(attempt([ready('a', {})], [80, 81]), false, port, patient);
      assert.deepEqual(refused, {
        kind: 'refused',
        reason: 'PortNotDeclared',
        message: `The run does not declare port ${port}; it declares 80, 81.`,
      });
      assert.equal(
        reasonOf(await forwardToPod(attempt([ready('a', {})], []), false, port, patient)),
        'PortNotDeclared',
      );
    });

    it('a run that is not here, was removed or has ended is not reached', async () => {
      const here = attempt([ready('a', {})]);
      assert.equal(reasonOf(await forwardToPod(null, false, port, patient)), 'NotFound');
      assert.equal(reasonOf(await forwardToPod({ ...here, isRemoved: true }, false, port, patient)), 'NotFound');
      assert.equal(reasonOf(await forwardToPod({ ...here, lead: null }, false, port, patient)), 'NotFound');
      assert.equal(reasonOf(await forwardToPod(here, true, port, patient)), 'RunEnded');
    });

    it('an object of an older agent declares nothing, and is read as before', () => {
      const { ports: _, ...older } = aView({ settings: { kind: 'service', graceSeconds: 7 } }).settings;
      const metadata = { name: 'x', annotations: { [annotations.settings]: JSON.stringify(older) } };
      const { ports, graceSeconds } = settingsOf({ metadata });
      assert.deepEqual([ports, graceSeconds], [[], 7]);
    });
  });

  it('a declared number that is no port is none', () => {
    for (const odd of [0, -1, 65_536, 1.5]) assert.notEqual(undeclared([odd], odd), null);
    assert.equal(undeclared([65_535], 65_535), null);
  });
});
