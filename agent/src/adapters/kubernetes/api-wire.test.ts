import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from '../../../../test/support/eventually.ts';
import { type ScriptedApiServer, scriptedApiServer } from '../../testing/scripted-api-server.ts';
import { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

for (const speaks of ['h2', 'http/1.1'] as const)
  describe(`calls to an API server that speaks ${speaks}`, () => {
    let server: ScriptedApiServer;
    let client: ApiClient;
    let answer: Answer;
    let versions: Set<string>;

    beforeEach(async () => {
      versions = new Set();
      server = await scriptedApiServer((request, response) => {
        versions.add(request.httpVersion);
        answer(request, response);
      }, speaks);
      client = new ApiClient(server.access, 10_000);
    });
    afterEach(async () => {
      client.close();
      await server.close();
    });

    it('bring their bodies there and back', async () => {
      answer = (request, response) =>
        void text(request).then((body) => response.writeHead(201).end(JSON.stringify({ got: JSON.parse(body) })));
      const long = 'ü'.repeat(300_000);
      const given = await client.call({ method: 'POST', path: '/a', body: { long } });
      assert.deepEqual(given, { got: { long } });
      assert.deepEqual([...versions], [speaks === 'h2' ? '2.0' : '1.1']);
    });

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const)
      it(`bring the body of a ${method} there, and none where there is none`, async () => {
        answer = (request, response) => void text(request).then((body) => response.end(JSON.stringify({ body })));
        assert.deepEqual(await client.call({ method, path: '/a', body: { of: 'it' } }), { body: '{"of":"it"}' });
        assert.deepEqual(await client.call({ method, path: '/a' }), { body: '' });
      });

    it('say who asks', async () => {
      answer = ({ headers }, response) => response.end(JSON.stringify({ agent: headers['user-agent'] }));
      const { agent } = await client.call<{ readonly agent: string }>({ path: '/a' });
      assert.match(agent, /^tandem-agent\/\d/);
    });

    it('are 192 starts at a time, and one that is urgent goes past them', async () => {
      const open: ServerResponse[] = [];
      answer = ({ url }, response) => (url === '/start' ? void open.push(response) : response.end('{}'));
      const starts = Array.from({ length: 200 }, () => client.call({ path: '/start', lane: 'starts' }));
      // An older server has no more connections than this.
      const most = speaks === 'h2' ? 192 : 32;
      await eventually('as many as may are under way', () => open.length === most);
      await client.call({ path: '/lease', lane: 'urgent' });
      await client.call({ path: '/pod' });
      assert.equal(open.length, most);
      let ended = 0;
      for (const each of starts)
        void each.then(() => {
          ended += 1;
        });
      await eventually('all have ended', () => {
        for (const response of open.splice(0)) response.end('{}');
        return ended === 200;
      });
    });

    it('go on over a new connection after the old one was cut', async () => {
      answer = (_, response) => response.end('{}');
      await client.call({ path: '/a' });
      answer = (_, response) => void response.destroy();
      await assert.rejects(client.call({ path: '/a' }), (error) => error instanceof ApiProblem && error.code === 0);
      answer = (_, response) => response.end('{"well":1}');
      assert.deepEqual(await client.call({ path: '/a' }), { well: 1 });
    });

    it('end when they are given up, also before they began', async () => {
      let asked = 0;
      answer = () => {
        asked += 1;
      };
      const over = new AbortController();
      const call = client.call({ path: '/a', signal: over.signal });
      await eventually('it hangs', () => asked === 1);
      over.abort();
      const isGivenUp = (error: unknown): boolean => error instanceof ApiProblem && error.reason === 'ABORT_ERR';
      await assert.rejects(call, isGivenUp);
      await assert.rejects(client.call({ path: '/a', signal: over.signal }), isGivenUp);
      assert.equal(asked, 1);
      answer = (_, response) => response.end('{}');
      await client.call({ path: '/a' });
    });

    it('are not held up by those that were told to come later', async () => {
      answer = ({ url }, response) => {
        if (url === '/busy') response.writeHead(429, { 'retry-after': '5' }).end('{}');
        else response.end('{}');
      };
      const over = new AbortController();
      const busy = Array.from({ length: 40 }, () => client.call({ path: '/busy', signal: over.signal }));
      const ended = Promise.allSettled(busy).then(() => 'ended' as const);
      // More than may be under way have been told to wait; another call waits for none of them.
      const first = await Promise.race([ended, client.call({ path: '/a' }).then(() => 'answered' as const)]);
      assert.equal(first, 'answered');
      over.abort();
      await ended;
    }).timeout(15_000);

    it('are not held up by many streams that last', async () => {
      answer = ({ url }, response) => {
        if (url === '/watch') response.write('{}\n');
        else response.end('{}');
      };
      const over = new AbortController();
      const streams = await Promise.all(
        Array.from({ length: 150 }, () => client.stream({ path: '/watch', signal: over.signal })),
      );
      await client.call({ path: '/a' });
      for (const each of streams) each.on('error', () => undefined);
      over.abort();
      await eventually('all have ended', () => streams.every((each) => each.destroyed));
    });
  });

describe('calls to something that is no API server', () => {
  it('say that nobody answers', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const address = nobody.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    nobody.close();
    await once(nobody, 'close');
    const client = clientOf(`https://127.0.0.1:${address.port}`);
    await assert.rejects(
      client.call({ path: '/a' }),
      (error) => error instanceof ApiProblem && error.reason === 'ECONNREFUSED',
    );
    client.close();
  });

  it('say what is wrong where it speaks no TLS', async () => {
    const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const address = plain.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    const client = clientOf(`https://127.0.0.1:${address.port}`);
    await assert.rejects(client.call({ path: '/a' }), (error) => error instanceof ApiProblem && error.code === 0);
    client.close();
    plain.close();
  });
});

const clientOf = (server: string): ApiClient =>
  new ApiClient({ server, ca: null, clientCert: null, token: () => Promise.resolve(null) }, 1_000);
