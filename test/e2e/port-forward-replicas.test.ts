import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type Stack, startStack } from '../support/stack.ts';

const file = join(import.meta.dirname, 'port-forward/serve.mjs');
const word = 'a-word-that-only-the-service-and-its-reader-know';

/** One replica holds the agent's session; the balancer gives every other request to the one that does not. */
describe('forwarding with two control planes', function () {
  this.timeout(180_000);
  let stack: Stack;
  let uuid = '';
  let port = 0;

  before(async () => {
    stack = await startStack({ replicas: 2 });
    port = await freePort();
    const run = { kind: 'service', ports: [port], container: { image: 'node', command: ['node', file, String(port)] } };
    uuid = await stack.rest.submit(JSON.stringify({ kind: 'operation', component: { kind: 'component', run } }));
    await eventually('the service answers', () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.ok));
    await eventually('it is known to run', async () => {
      const { text } = await stack.rest.insist('GET', `/api/v1/default/default/runs/${uuid}`);
      return JSON.parse(text).status === 'running';
    });
  });
  after(() => stack?.close());

  /** A connection to a port of the run, or the status and the problem in its place. */
  function dial(to: number): Promise<{ socket: Socket } | { status: number; code: string }> {
    const url = new URL(`/streams/v1/default/default/default/runs/${uuid}/ports/${to}`, stack.rest.url);
    const asked = request(url, {
      agent: false,
      headers: {
        authorization: `Token ${stack.rest.token}`,
        accept: 'application/problem+json',
        connection: 'Upgrade',
        upgrade: 'tandem-forward/1',
      },
    });
    asked.end();
    return new Promise((resolve, reject) => {
      asked.once('error', reject);
      asked.once('upgrade', (_answer, socket: Socket) => {
        socket.on('error', () => undefined);
        resolve({ socket });
      });
      asked.once('response', async (answer) => {
        let text = '';
        for await (const part of answer) text += String(part);
        resolve({ status: answer.statusCode ?? 0, code: JSON.parse(text).code });
      });
    });
  }

  async function opened(): Promise<Socket> {
    const dialled = await dial(port);
    return 'socket' in dialled ? dialled.socket : assert.fail(JSON.stringify(dialled));
  }

  async function textOf(socket: Socket): Promise<string> {
    let text = '';
    socket.on('data', (bytes) => {
      text += String(bytes);
    });
    await once(socket, 'close');
    return text;
  }

  it('every connection reaches the service, whichever replica it meets', async () => {
    const texts = await Promise.all(
      Array.from({ length: 10 }, async (_, at) => {
        const socket = await opened();
        socket.write(`GET /${word}-${at} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        return await textOf(socket);
      }),
    );
    for (const [at, text] of texts.entries()) assert.ok(text.includes(`you asked for /${word}-${at}\n`), text);
  });

  it('megabytes arrive unchanged by either way', async () => {
    const bytes = randomBytes(5 * 1024 * 1024);
    const sum = createHash('sha256').update(bytes).digest('hex');
    for (let way = 0; way < 2; way += 1) {
      const socket = await opened();
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      await eventually('the head of the echo', async () => {
        const head: Buffer | null = socket.read();
        return head === null ? false : String(head).endsWith('\r\n\r\n');
      });
      socket.write(bytes);
      const back = createHash('sha256');
      let left = bytes.length;
      for await (const part of socket.iterator({ destroyOnReturn: false })) {
        back.update(part);
        left -= part.length;
        if (left <= 0) break;
      }
      assert.equal(back.digest('hex'), sum);
      socket.destroy();
    }
  });

  it('a refusal of the agent is the same by either way', async () => {
    for (let way = 0; way < 2; way += 1)
      assert.deepEqual(await dial(port === 1 ? 2 : 1), { status: 400, code: 'forward/port-not-declared' });
  });

  it('nobody without the token of a replica finds the way between them', async () => {
    for (const authorization of ['', `Token ${stack.rest.token}`, 'Bearer eyJhbGciOiJub25lIn0.e30.']) {
      const path = `/internal/v1/streams/forward?run=${uuid}&agent=1&port=${port}`;
      const answer = await fetch(new URL(path, stack.rest.url), { headers: { authorization } });
      assert.equal(answer.status, 404);
    }
  });

  it('no byte of a connection is in a log or in the database', async () => {
    for (const log of [...stack.logs.controlPlanes, stack.logs.agent])
      assert.ok(!(await readFile(log, 'utf8')).includes(word), log);
  });

  it('connections break when the agent goes, and it is told to be away', async () => {
    const sockets = [await opened(), await opened()];
    const closed = Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
    await stack.agent?.killHard();
    await closed;
    for (let way = 0; way < 2; way += 1) {
      const answer = await eventually('it is known to be away', async () => {
        const dialled = await dial(port);
        return 'status' in dialled ? dialled : null;
      });
      assert.deepEqual(answer, { status: 503, code: 'outage/agent-away' });
    }
    await stack.agent?.restart();
    const socket = await eventually('it is back', async () => {
      const dialled = await dial(port);
      return 'socket' in dialled ? dialled.socket : null;
    });
    socket.destroy();
    await stack.rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    await stack.rest.untilFinal(uuid);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}
