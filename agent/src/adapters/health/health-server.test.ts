import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Verdict } from '../../health/judge.ts';
import { silentLog } from '../../testing/silent-log.ts';
import { type HealthServer, openHealthServer } from './health-server.ts';

const ok = (says: string): Verdict => ({ ok: true, says: [says] });

describe('health server', () => {
  let server: HealthServer;
  let live: () => Verdict;
  let ready: () => Verdict;
  let metrics: (() => Promise<string>) | null;
  let log: ReturnType<typeof silentLog>;
  const sockets: Socket[] = [];

  const open = async (): Promise<void> => {
    server = await openHealthServer({
      host: '127.0.0.1',
      port: 0,
      live: () => live(),
      ready: () => ready(),
      metrics,
      log,
    });
  };
  beforeEach(async () => {
    live = () => ok('It lives.');
    ready = () => ok('It works.');
    metrics = () => Promise.resolve('tandem_agent_session_up 1\n');
    log = silentLog();
    await open();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
  });

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://${server.address}${path}`, init);
  const dial = async (): Promise<Socket> => {
    const [host = '', port] = server.address.split(':');
    const socket = connect(Number(port), host);
    socket.on('error', () => undefined); // A reset is one way of being cut off.
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  /** Not by `once`, which rejects where the connection is reset before it closes. */
  const closing = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));
  /** All that the server says to these bytes until it ends the connection. */
  const say = async (bytes: string): Promise<string> => {
    const socket = await dial();
    let text = '';
    socket.on('data', (part) => (text += String(part)));
    const closed = closing(socket);
    socket.write(bytes);
    await closed;
    return text;
  };

  it('says what is so now, in a sentence for each thing', async () => {
    for (const path of ['/livez', '/readyz', '/readyz?verbose']) {
      const answer = await ask(path);
      assert.equal(answer.status, 200, path);
      assert.match(await answer.text(), /^It (lives|works)\.\n$/);
    }
    ready = () => ({ ok: false, says: ['One is missing.', 'Another too.'] });
    const unready = await ask('/readyz');
    assert.deepEqual([unready.status, await unready.text()], [503, 'One is missing.\nAnother too.\n']);
    assert.equal((await ask('/livez')).status, 200);
    live = () => ({ ok: false, says: ['It ends.'] });
    assert.equal((await ask('/livez')).status, 503);
  });

  it('gives metrics as Prometheus reads them, or says that there are none', async () => {
    const answer = await ask('/metrics');
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.equal(await answer.text(), 'tandem_agent_session_up 1\n');
    await server.close();
    metrics = null;
    await open();
    assert.equal((await ask('/metrics')).status, 404);
    assert.equal((await ask('/livez')).status, 200);
  });

  it('makes metrics once for all who ask at the same time', async () => {
    await server.close();
    let made = 0;
    metrics = () => Promise.resolve(`made ${++made}\n`);
    await open();
    const answers = await Promise.all(Array.from({ length: 10 }, async () => (await ask('/metrics')).text()));
    assert.deepEqual(new Set(answers), new Set(['made 1\n']));
  });

  it('keeps an error to its log', async () => {
    await server.close();
    metrics = () => Promise.reject(new Error('inner words'));
    await open();
    const answer = await ask('/metrics');
    assert.deepEqual([answer.status, await answer.text()], [500, 'The answer could not be made.\n']);
    assert.deepEqual(
      log.lines.map(({ level, fields }) => [level, JSON.stringify(fields)]),
      [['error', '{"problem":"Error: inner words"}']],
    );
    assert.equal((await ask('/livez')).status, 200);
  });

  const elsewhere: readonly (readonly [string, RequestInit, number])[] = [
    ['/', {}, 404],
    ['/healthz', {}, 404],
    ['/livez/', {}, 404],
    ['/LIVEZ', {}, 404],
    ['//livez', {}, 404],
    ['/constructor', {}, 404],
    ['/__proto__', {}, 404],
    ['/livez', { method: 'POST', body: 'x' }, 405],
    ['/readyz', { method: 'DELETE' }, 405],
    ['/metrics', { method: 'HEAD' }, 405],
    ['/metrics', { method: 'OPTIONS' }, 405],
    ['/nothing', { method: 'PUT', body: 'x' }, 404],
  ];
  for (const [path, init, status] of elsewhere) {
    it(`answers ${init.method ?? 'GET'} ${path} with ${status}`, async () => {
      const answer = await ask(path, init);
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get('allow'), status === 405 ? 'GET' : null);
    });
  }

  const get = (path: string, ...headers: readonly string[]): string =>
    [`GET ${path} HTTP/1.1`, 'host: x', ...headers, '', ''].join('\r\n');
  const garbage: readonly (readonly [string, string, RegExp])[] = [
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a line without an end of its path', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['headers without end', get('/livez', `x: ${'a'.repeat(20_000)}`), /^HTTP\/1\.1 431 /],
    ['a body with GET', `${get('/livez', 'content-length: 4')}body`, /^HTTP\/1\.1 400 /],
    ['a body that never comes', get('/livez', 'content-length: 1000000000'), /^HTTP\/1\.1 400 /],
    ['a body in pieces', `${get('/livez', 'transfer-encoding: chunked')}4\r\nbody\r\n`, /^HTTP\/1\.1 400 /],
    ['two lengths', get('/livez', 'content-length: 1', 'content-length: 2'), /^HTTP\/1\.1 400 /],
    ['a wish to upgrade', get('/livez', 'connection: upgrade', 'upgrade: websocket'), /^HTTP\/1\.1 200 /],
    ['a proxy in mind', get('http://169.254.169.254/latest'), /^HTTP\/1\.1 404 /],
    ['a tunnel in mind', 'CONNECT db:5432 HTTP/1.1\r\nhost: db\r\n\r\n', /^$/],
    ['one more request behind the first', get('/livez') + get('/metrics'), /^HTTP\/1\.1 200 (?!.*HTTP\/1\.1)/s],
  ];
  for (const [what, bytes, answer] of garbage) {
    it(`survives ${what}`, async () => {
      assert.match(await say(bytes), answer);
      assert.equal((await ask('/livez')).status, 200);
    });
  }

  it('ends a connection with its answer', async () => {
    assert.match(await say(get('/livez', 'connection: keep-alive')), /^HTTP\/1\.1 200 .*connection: close/is);
  });

  it('cuts off who says nothing, and who never comes to an end', async function () {
    this.timeout(30_000);
    const silent = await dial();
    const slow = await dial();
    slow.write('GET /livez HTTP/1.1\r\nx: ');
    for (const socket of [silent, slow]) socket.resume();
    await Promise.all([silent, slow].map(closing));
    assert.equal((await ask('/livez')).status, 200);
  });

  it('lets strangers with many connections keep nobody out: the oldest has to go', async () => {
    for (let count = 0; count < 64; count += 1) (await dial()).resume();
    const [oldest, ...others] = sockets;
    assert.ok(oldest !== undefined);
    const gone = closing(oldest);
    assert.equal((await ask('/livez')).status, 200);
    await gone;
    assert.equal(others.filter(({ closed }) => closed).length, 0);
  });

  it('says why it cannot listen', async () => {
    const port = Number(server.address.split(':')[1]);
    const options = { host: '127.0.0.1', port, live, ready, metrics, log };
    await assert.rejects(openHealthServer(options), /EADDRINUSE/);
  });

  it('listens everywhere when it is told to, and not otherwise', async () => {
    const everywhere = await openHealthServer({ host: '*', port: 0, live, ready, metrics, log });
    try {
      assert.match(everywhere.address, /^\*:\d+$/);
      const port = everywhere.address.split(':')[1];
      for (const host of ['127.0.0.1', '127.0.0.2'])
        assert.equal((await fetch(`http://${host}:${port}/livez`)).status, 200, host);
      const ownPort = server.address.split(':')[1];
      await assert.rejects(fetch(`http://127.0.0.2:${ownPort}/livez`));
    } finally {
      await everywhere.close();
    }
  });
});
