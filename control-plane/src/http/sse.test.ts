import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { Outage } from '../domain/outage.ts';
import { type SseMessage, sendEvents } from './sse.ts';

describe('server-sent events', () => {
  let server: Server;
  let source: () => AsyncIterable<SseMessage>;
  let url = '';

  before(async () => {
    const app = express();
    app.get('/', async (_request, response) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      await sendEvents(response, source(), gone.signal);
      response.end();
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  });
  after(() => server.close());

  it('asks the source for no more than the reader takes', async () => {
    let made = 0;
    let isClosed = false;
    source = async function* () {
      try {
        for (;;) {
          made += 1;
          yield { event: 'x', data: 'y'.repeat(64 * 1024) };
        }
      } finally {
        isClosed = true;
      }
    };
    const gone = new AbortController();
    const answer = await fetch(url, { signal: gone.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    let before = -1;
    // Stands still once the buffers between the two are full.
    while (before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(made < 1000, `${made} messages were made for a reader that stopped`);
    gone.abort();
    const deadline = Date.now() + 5000;
    while (!isClosed && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(isClosed, true);
  });

  it('says in the stream that the source broke off', async () => {
    source = async function* () {
      yield { event: 'x', id: '1', data: 1 };
      throw new Outage('agent-away', 'The agent went away.');
    };
    const text = await (await fetch(url)).text();
    assert.equal(
      text,
      'event: x\nid: 1\ndata: 1\n\nevent: error\ndata: {"code":"agent-away","message":"The agent went away."}\n\n',
    );
  });
});
