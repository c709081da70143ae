import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { sql } from 'kysely';
import { freshEngine } from '../../../test/support/engines.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type Rest, smallOperation, startRest } from '../../../test/support/rest.ts';
import type { Engine } from '../adapters/postgres/db.ts';
import { Outage } from '../domain/outage.ts';
import { impossible } from '../domain/refusal.ts';
import type { RunStreams } from '../ports/run-streams.ts';

const service = JSON.stringify({
  kind: 'operation',
  component: { kind: 'component', run: { kind: 'service', ports: [8080], container: { image: 'i' } } },
});
const runs = '/api/v1/default/default/runs';

describe('connections over REST', () => {
  let engine: Engine;
  let rest: Rest;
  let run = '';
  /** What the agent gives for the next connections. */
  let give: (signal: AbortSignal) => Promise<Duplex>;
  let asked: unknown[] = [];

  const streams: RunStreams = {
    async *logs() {},
    forward: ({ uuid }, port, signal) => {
      asked.push([uuid, port]);
      return give(signal);
    },
  };

  before(async () => {
    engine = await freshEngine('pglite');
    rest = await startRest(engine, streams);
    await rest.addAgent('one');
    run = await submit(service);
    await became('running');
  });
  beforeEach(() => {
    asked = [];
    give = async () => new PassThrough();
  });
  after(async () => {
    await rest.close();
    await engine.close();
  });

  async function submit(content: string): Promise<string> {
    return (await rest.ask('POST', runs, { body: { content } })).json.uuid;
  }

  /** As an agent's report would leave it. */
  async function became(status: string): Promise<void> {
    await sql`
      update runs set status = ${status}, started_at = '2026-01-01T00:00:00Z',
        finished_at = ${status === 'running' ? null : '2026-01-01T00:00:00Z'}::timestamptz
      where uuid = ${run}::uuid`.execute(engine.db);
  }

  interface Asked {
    readonly port?: number | string;
    readonly token?: string | null;
    readonly owner?: string;
    readonly uuid?: string;
    readonly upgrade?: string | null;
    readonly more?: string;
  }

  /** Asks for a connection, byte by byte as a client does. */
  async function dial(given: Asked = {}): Promise<Socket> {
    const {
      port = 8080,
      token = rest.token,
      owner = 'default',
      uuid = run,
      upgrade = 'tandem-forward/1',
      more = '',
    } = given;
    const socket = connect({ port: Number(new URL(rest.url).port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(
      [
        `GET /streams/v1/default/${owner}/default/runs/${uuid}/ports/${port} HTTP/1.1`,
        'Host: x',
        ...(token === null ? [] : [`Authorization: Token ${token}`]),
        ...(upgrade === null ? ['Connection: close'] : ['Connection: Upgrade', `Upgrade: ${upgrade}`]),
        'Accept: application/problem+json',
        '',
        more,
      ].join('\r\n'),
    );
    return socket;
  }

  /** A refusal: its head and its body. */
  async function answerTo(given: Asked): Promise<{ status: number; head: string; body: string }> {
    const socket = await dial(given);
    const head = await headOf(socket);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    const body = String(socket.read(length) ?? (await once(socket, 'readable').then(() => socket.read(length))));
    socket.destroy();
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body };
  }

  async function opened(given: Asked = {}): Promise<Socket> {
    const socket = await dial(given);
    const head = await headOf(socket);
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
    assert.match(head, /^upgrade: tandem-forward\/1\r$/im);
    return socket;
  }

  it('becomes the connection that the agent gives, each direction to its own end', async () => {
    const socket = await opened({ more: 'sent before the answer, ' });
    socket.end('and after');
    assert.equal(await textOf(socket), 'sent before the answer, and after');
    assert.deepEqual(asked, [[run, 8080]]);
  });

  it('what the client says last still arrives when the service has said all', async () => {
    let told = '';
    const half = new Duplex({
      allowHalfOpen: true,
      read() {
        this.push('bye');
        this.push(null);
      },
      write(bytes, _encoding, done) {
        told += String(bytes);
        done();
      },
    });
    give = async () => half;
    const socket = await opened();
    assert.equal(await textOf(socket), 'bye');
    socket.end('last words');
    await once(half, 'finish');
    assert.equal(told, 'last words');
  });

  it('is refused before anything is asked of the agent', async () => {
    const stranger = await rest.addUser('stranger');
    const viewer = await rest.addUser('viewer', 'viewer');
    const job = await submit(smallOperation);
    const waiting = await submit(service);
    const cases: readonly (readonly [string, Asked, number, string])[] = [
      ['no token', { token: null }, 401, 'request/unauthenticated'],
      ['a bad token', { token: 'x' }, 401, 'request/unauthenticated'],
      ['somebody of another organisation', { token: stranger }, 404, 'request/not-found'],
      ['somebody of another organisation, for an odd port', { token: stranger, port: 'x' }, 404, 'request/not-found'],
      [
        'somebody of another organisation, without Upgrade',
        { token: stranger, upgrade: null },
        404,
        'request/not-found',
      ],
      ['who may only look', { token: viewer }, 403, 'request/not-allowed'],
      ['a run that is not there', { uuid: 'b'.repeat(32) }, 404, 'request/not-found'],
      ['a run under another owner', { owner: 'stranger-org' }, 404, 'request/not-found'],
      ['what is no port', { port: '80x' }, 400, 'forward/no-port'],
      ['port 0', { port: 0 }, 400, 'forward/no-port'],
      ['port 65536', { port: 65_536 }, 400, 'forward/no-port'],
      ['a job', { uuid: job }, 400, 'forward/no-service'],
      ['a run that has not started', { uuid: waiting }, 400, 'forward/not-running'],
      ['a browser that navigates', { upgrade: null }, 400, 'forward/needs-upgrade'],
      ['another protocol', { upgrade: 'websocket' }, 400, 'forward/needs-upgrade'],
    ];
    for (const [who, given, status, code] of cases) {
      const answer = await answerTo(given);
      assert.deepEqual([answer.status, JSON.parse(answer.body).code], [status, code], who);
    }
    assert.deepEqual(asked, []);
  });

  it('is refused for a run that has ended', async () => {
    await became('stopped');
    try {
      const { status, body } = await answerTo({});
      assert.deepEqual([status, JSON.parse(body).title], [400, 'The run has ended; it is stopped.']);
    } finally {
      await became('running');
    }
    assert.deepEqual(asked, []);
  });

  for (const [what, problem, status, code, title] of [
    [
      'an agent that is away',
      new Outage('agent-away', 'The agent of this run is not connected at the moment.'),
      503,
      'outage/agent-away',
      'The agent of this run is not connected at the moment.',
    ],
    [
      'a port that the run did not declare',
      impossible('forward/port-not-declared', 'The run does not declare port 8080; it declares 80.'),
      400,
      'forward/port-not-declared',
      'The run does not declare port 8080; it declares 80.',
    ],
  ] as const) {
    it(`tells about ${what} with ${status}, as every problem`, async () => {
      give = () => Promise.reject(problem);
      const { status: told, head, body } = await answerTo({});
      const document = JSON.parse(body);
      assert.deepEqual([told, document.code, document.title], [status, code, title]);
      assert.match(head, /^x-request-id: .+$/im);
    });
  }

  it('reads no more of a service than a client takes that never reads', async () => {
    let made = 0;
    const flood = new Duplex({
      read() {
        made += 1;
        this.push(Buffer.alloc(64 * 1024));
      },
      write: (_bytes, _encoding, done) => done(),
    });
    give = async () => flood;
    const socket = await dial();
    socket.pause();
    let last = -1;
    let repeats = 0;
    await eventually('it stands still', () => {
      repeats = made > 0 && made === last ? repeats + 1 : 0;
      last = made;
      return repeats >= 10;
    });
    assert.ok(made * 64 < 32 * 1024, `${made * 64} KiB were read for a client that never reads`);
    socket.destroy();
    await once(flood, 'close');
  });

  it('breaks the one side when the other breaks', async () => {
    const first = new PassThrough();
    give = async () => first;
    const leaving = await opened();
    leaving.resetAndDestroy();
    await once(first, 'close');

    const second = new PassThrough();
    give = async () => second;
    const left = await opened();
    second.destroy(new Outage('agent-away', 'The agent went away.'));
    // What was cut off does not look like an end.
    const [problem] = await once(left.resume(), 'error');
    assert.equal(problem.code, 'ECONNRESET');
  });

  it('does not wait for an agent on behalf of a client that has gone', async () => {
    let signal: AbortSignal | undefined;
    give = (given) => {
      signal = given;
      return new Promise((_, reject) =>
        given.addEventListener('abort', () => reject(new Outage('agent-away', 'gone'))),
      );
    };
    const socket = await dial();
    await eventually('it is asked', () => signal !== undefined);
    socket.resetAndDestroy();
    await eventually('it is given up', () => signal?.aborted);
  });

  it('leaves requests alone that offer another protocol, as some clients of HTTP/2 do', async () => {
    const socket = connect(Number(new URL(rest.url).port), '127.0.0.1');
    const body = JSON.stringify({ content: smallOperation });
    socket.write(
      [
        `POST ${runs} HTTP/1.1`,
        'Host: x',
        `Authorization: Token ${rest.token}`,
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    const [first] = await once(socket, 'data');
    assert.match(String(first), /^HTTP\/1\.1 201 Created\r\n/);
    socket.destroy();
  });

  it('answers on other routes as if nobody had asked for a connection', async () => {
    const socket = connect(Number(new URL(rest.url).port), '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tandem-forward/1\r\n\r\n');
    assert.match(await textOf(socket), /^HTTP\/1\.1 200 OK\r\n/);
  });

  it('ends when the server ends', async () => {
    const other = await freshEngine('pglite');
    const own = await startRest(other, streams);
    try {
      await own.addAgent('one');
      const made = await own.ask('POST', runs, { body: { content: service } });
      await sql`update runs set status = 'running', started_at = clock_timestamp()`.execute(other.db);
      const connection = new PassThrough();
      give = async () => connection;
      const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
      socket.write(
        `GET /streams/v1/d/default/default/runs/${made.json.uuid}/ports/8080 HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${own.token}\r\nConnection: Upgrade\r\nUpgrade: tandem-forward/1\r\n\r\n`,
      );
      assert.match(await headOf(socket), /^HTTP\/1\.1 101 /);
      await Promise.all([once(socket.resume(), 'error'), once(connection, 'close'), own.close()]);
    } finally {
      await other.close();
    }
  });
});

/** The head of an answer; what follows it is still to be read. */
async function headOf(socket: Socket): Promise<string> {
  let text = '';
  while (!text.includes('\r\n\r\n')) {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) await once(socket, 'readable');
    else text += bytes.toString('latin1');
  }
  const end = text.indexOf('\r\n\r\n') + 4;
  if (text.length > end) socket.unshift(Buffer.from(text.slice(end), 'latin1'));
  return text.slice(0, end);
}

/** What comes until the other side has said all. */
async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => {
    text += String(bytes);
  });
  await once(socket, 'end');
  return text;
}
