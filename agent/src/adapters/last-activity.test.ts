import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { activityIn, lastActivity } from './last-activity.ts';

const at = '2026-01-02T03:04:05.678Z';
const atMs = Date.parse(at);

describe('when a service was used last', () => {
  const texts: readonly (readonly [string, string, number | null])[] = [
    ['a time of UTC', `{"last_activity":"${at}","kernels":0}`, atMs],
    ['a time of another zone', '{"last_activity":"2026-01-02T04:04:05.678+01:00"}', atMs],
    ['a time without a zone', '{"last_activity":"2026-01-02T03:04:05"}', null],
    ['a day that is none', '{"last_activity":"2026-13-42T03:04:05Z"}', null],
    ['a number', '{"last_activity":1767323045}', null],
    ['no time', '{"started":"2026-01-02T03:04:05Z"}', null],
    ['null', 'null', null],
    ['a page', '<html></html>', null],
    ['nothing', '', null],
  ];
  for (const [title, text, expected] of texts)
    it(`is read of an answer with ${title}`, () => assert.equal(activityIn(text), expected));

  describe('asked over HTTP', () => {
    let server: Server;
    let port: number;
    let answer: (path: string, response: ServerResponse) => void;

    beforeEach(async () => {
      server = createServer(({ url = '' }, response) => answer(url, response)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    });
    afterEach(async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });

    it('is what the first path says that says something', async () => {
      answer = (path, response) => {
        if (path === '/below') response.writeHead(404).end();
        else response.end(`{"last_activity":"${at}"}`);
      };
      assert.equal(await lastActivity('127.0.0.1', port, ['/below', '/root']), atMs);
    });

    const refusals: readonly (readonly [string, (response: ServerResponse) => void])[] = [
      ['that leads elsewhere', (response) => response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end()],
      ['that breaks off', (response) => response.write('{"last_activity":', () => response.destroy())],
      ['that never ends', (response) => response.write('{')],
      ['that never begins', () => undefined],
      ['that is too large', (response) => response.end(`${' '.repeat(70_000)}{"last_activity":"${at}"}`)],
    ];
    for (const [title, refuse] of refusals)
      it(`is not known of an answer ${title}`, async function () {
        this.timeout(10_000);
        answer = (_, response) => void refuse(response);
        assert.equal(await lastActivity('127.0.0.1', port, ['/']), null);
      });

    it('is not known of a path that cannot be asked for, and of nobody', async () => {
      answer = (_, response) => response.end(`{"last_activity":"${at}"}`);
      assert.equal(await lastActivity('127.0.0.1', port, ['/ü b\r\nx: y']), null);
      assert.equal(await lastActivity('127.0.0.1', 1, ['/']), null);
    });
  });
});
