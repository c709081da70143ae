import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { eventually } from '../../../../test/support/eventually.ts';
import type { ApiRequest } from '../../ports/metrics.ts';
import { type ScriptedApiServer, scriptedApiServer } from '../../testing/scripted-api-server.ts';
import { silentLog } from '../../testing/silent-log.ts';
import { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { listAndWatch } from './list-watch.ts';

describe('what the client of the API server tells', () => {
  let server: ScriptedApiServer;
  let client: ApiClient;
  let answer: (path: string, response: ServerResponse) => void;
  let requests: ApiRequest[];

  beforeEach(async () => {
    requests = [];
    server = await scriptedApiServer(({ url = '' }, response) => answer(url, response));
    client = new ApiClient(server.access, 1_000, { onRequest: (request) => requests.push(request) });
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  const words = (): readonly string[] => requests.map(({ verb, code }) => `${verb} ${code}`);

  it('is each request with its verb and code, tries again included', async () => {
    const codes = [200, 201, 404, 429, 200];
    answer = (_, response) => {
      response.writeHead(codes.shift() ?? 500, { 'retry-after': '0' }).end('{}');
    };
    await client.call({ path: '/a' });
    await client.call({ method: 'POST', path: '/a', body: {} });
    await assert.rejects(client.call({ method: 'DELETE', path: '/a' }), ApiProblem);
    await client.call({ method: 'PATCH', path: '/a', body: {} });
    assert.deepEqual(words(), ['get 200', 'post 201', 'delete 404', 'patch 429', 'patch 200']);
    assert.ok(requests.every(({ seconds }) => seconds > 0 && seconds < 30));
  });

  it('is one request where the answer breaks off, and one without a code where none came', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{', () => response.destroy());
    };
    await assert.rejects(client.call({ path: '/a' }), ApiProblem);
    assert.deepEqual(words(), ['get 200']);
    answer = (_, response) => void response.destroy();
    await assert.rejects(client.call({ path: '/a' }), ApiProblem);
    assert.deepEqual(words(), ['get 200', 'get 0']);
  });

  /** Endings of watches, in order; the last stays open. */
  const endings: readonly (readonly [string, string, (response: ServerResponse) => void])[] = [
    ['ended', 'that the server ends', (response) => response.end()],
    ['expired', 'too old as an answer', (response) => response.writeHead(410).end('{}')],
    ['expired', 'too old as an event', (response) => response.end(event('ERROR', { code: 410, message: 'too old' }))],
    ['failed', 'that is refused', (response) => response.writeHead(500).end('{}')],
    ['failed', 'that is no JSON', (response) => response.end('what?\n')],
    ['silent', 'that says nothing', (response) => response.flushHeaders()],
  ];
  for (const [why, what, end] of endings) {
    it(`is a restart of a watch ${what}: ${why}`, async () => {
      let watches = 0;
      answer = (path, response) => {
        if (!path.includes('watch=true')) {
          response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
          return;
        }
        watches += 1;
        if (watches === 1) end(response);
      };
      const restarts: string[] = [];
      const pauses: number[] = [];
      const over = new AbortController();
      const following = listAndWatch(
        {
          client,
          path: '/api/v1/pods',
          labelSelector: '',
          log: silentLog(),
          unit: () => 0,
          silenceMs: why === 'silent' ? 50 : 60_000,
          onObject: () => undefined,
          onDeleted: () => undefined,
          onListed: () => undefined,
          onRestart: (restart) => {
            restarts.push(restart);
          },
          onTurn: (pauseMs) => pauses.push(pauseMs),
        },
        over.signal,
      );
      await eventually('it watches again', () => watches > 1);
      over.abort();
      await following;
      assert.equal(restarts[0], why);
      assert.ok(restarts.every((each) => each === why));
      assert.ok(pauses.length >= 2 && pauses.every((each) => each >= 0 && each <= 30_000));
      assert.ok(words().some((each) => each.startsWith('watch ')));
    });
  }

  it('is that the loop turns, also while the server refuses everything', async () => {
    answer = (_, response) => response.writeHead(503, { 'retry-after': '7' }).end('{}');
    const pauses: number[] = [];
    const over = new AbortController();
    const following = listAndWatch(
      {
        client,
        path: '/api/v1/pods',
        labelSelector: '',
        log: silentLog(),
        unit: () => 0,
        onObject: () => undefined,
        onDeleted: () => undefined,
        onListed: () => undefined,
        onTurn: (pauseMs) => pauses.push(pauseMs),
      },
      over.signal,
    );
    await eventually('it waits as it was told', () => pauses.includes(7_000));
    over.abort();
    await following;
    assert.deepEqual(pauses, [0, 7_000]);
  });
});

const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
