import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { eventually } from '../../../../test/support/eventually.ts';
import { executorPlace, extra, uuid } from '../../../../test/support/executor-place.ts';
import type { PodPlan } from '../../compile/pod-plan.ts';
import { aPlan } from '../../testing/a-plan.ts';

const patient = new AbortController().signal;

describe('process executor, forwarding', () => {
  const place = executorPlace();

  /** A service that says a word to everybody who connects to its port. */
  async function startService(word: string, ports: 'declared' | readonly number[], run = uuid): Promise<number> {
    const port = await freePort();
    const text = `require('net').createServer((socket) => socket.end('${word}')).listen(${port}, '127.0.0.1')`;
    const declared = ports === 'declared' ? [port] : ports;
    const plan: PodPlan = aPlan(place.data, {
      run: { uuid: run },
      main: { command: [process.execPath, '-e', text] },
      plan: { kind: 'service', service: { ports: declared, replicas: 1, rewritePath: false, isExternal: false } },
    });
    assert.deepEqual(await place.executor.apply(plan, extra), { kind: 'accepted' });
    return port;
  }

  async function said(run: string, port: number): Promise<string> {
    const forwarded = await place.executor.forward(run, port, patient);
    if (forwarded.kind === 'refused') return forwarded.reason;
    let text = '';
    for await (const bytes of forwarded.connection.incoming) text += String(bytes);
    forwarded.connection.end();
    forwarded.connection.close();
    return text;
  }

  it('reaches the port that a service declared, also after a restart of the agent', async () => {
    const port = await startService('hello', 'declared');
    await eventually('it answers', async () => (await said(uuid, port)) === 'hello');
    place.close();
    await place.open();
    assert.equal(await said(uuid, port), 'hello');
  });

  it('reaches neither a port of another run nor one of the machine', async () => {
    const other = 'b'.repeat(32);
    const own = await startService('own', 'declared');
    const foreign = await startService('foreign', 'declared', other);
    await eventually(
      'both answer',
      async () => [await said(uuid, own), await said(other, foreign)].join() === 'own,foreign',
    );
    const server = createServer((socket) => socket.end('of the machine')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port: ofMachine } = server.address() as AddressInfo;
      for (const port of [foreign, ofMachine, 0, -1, 65_536, Number.NaN])
        assert.equal(await said(uuid, port), 'PortNotDeclared', String(port));
    } finally {
      server.close();
    }
  });

  it('refuses runs that are not here, have ended, or are no service', async () => {
    assert.equal(await said('c'.repeat(32), 80), 'NotFound');
    await place.executor.apply(aPlan(place.data, { main: { command: ['sleep', '60'] } }), extra);
    assert.equal(await said(uuid, 80), 'PortNotDeclared');
    await place.executor.stop({ uuid, attempt: 1, generation: 2 }, 0);
    await place.ended();
    assert.equal(await said(uuid, 80), 'RunEnded');
  });

  it('says that nobody answers yet', async () => {
    const port = await freePort();
    await startService('elsewhere', [port]);
    assert.equal(await said(uuid, port), 'NoAnswer');
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
