import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type Dev, startDev, startTandem } from '../support/stack-cli.ts';
import { endLife, type Life } from '../support/stack-process.ts';
import { type RestClient, restClient } from '../support/stack-rest.ts';

const root = join(import.meta.dirname, '..', '..');
const mib = 1024 * 1024;

describe('tandem ops port-forward', function () {
  this.timeout(120_000);
  let folder: string;
  let dev: Dev;
  let rest: RestClient;
  const lives: Life[] = [];
  const services: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-forward-'));
    dev = await startDev(folder);
    rest = restClient(dev.url, dev.token);
  });

  afterEach(async () => {
    for (const life of lives.splice(0)) await endLife(life, 'SIGINT');
    for (const uuid of services.splice(0)) {
      await rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
      await rest.untilFinal(uuid);
    }
  });

  after(async () => {
    await dev?.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Starts a service that declares a free port, and gives both when it answers there. */
  async function startService(file = join(import.meta.dirname, 'port-forward/serve.mjs')) {
    const port = await freePort();
    const run = {
      kind: 'service',
      ports: [port],
      container: { image: 'node', command: ['node', file, String(port), 'hi'] },
    };
    const uuid = await rest.submit(JSON.stringify({ kind: 'operation', component: { kind: 'component', run } }));
    services.push(uuid);
    await eventually('the service answers', () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.ok));
    return { uuid, port };
  }

  /** Starts the command and waits until it listens everywhere. */
  async function forward(uuid: string, ...ports: readonly string[]): Promise<{ life: Life; local: readonly number[] }> {
    const env = { TANDEM_URL: dev.url, TANDEM_TOKEN: dev.token, TANDEM_PROJECT: 'default/default' };
    const life = startTandem(folder, ['ops', 'port-forward', uuid, ...ports], { env });
    life.ready.catch(() => undefined);
    lives.push(life);
    const count = Math.max(1, ports.length);
    const local = await eventually('it listens', () => {
      const found = [...life.stdout().matchAll(/^Forwarding 127\.0\.0\.1:(\d+) -> port \d+ of run [0-9a-f]{8}$/gm)];
      assert.ok(found.length === count || life.isOver(), life.stderr());
      return found.map((each) => Number(each[1]));
    });
    return { life, local };
  }

  const only = (local: readonly number[]): number => local[0] ?? assert.fail('it listens nowhere');

  it('brings a page of the example, and ends with Ctrl-C', async () => {
    const { uuid, port } = await startService(join(root, 'examples/service/serve.mjs'));
    const { life, local } = await forward(uuid, `0:${port}`);
    const page = await fetch(`http://127.0.0.1:${only(local)}/`);
    assert.match(await page.text(), /^hi/);
    assert.equal(await endLife(life, 'SIGINT'), 0);
    await assert.rejects(fetch(`http://127.0.0.1:${only(local)}/`));
  });

  it('carries fifty connections at once, each its own bytes', async () => {
    const { uuid, port } = await startService();
    const { local } = await forward(uuid, `0:${port}`);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const socket = connect(only(local), '127.0.0.1');
        socket.write(`GET /number-${at} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        return await textOf(socket);
      }),
    );
    for (const [at, text] of answers.entries()) assert.ok(text.includes(`you asked for /number-${at}\n`), text);
  });

  it('carries 20 MB there and back, unchanged', async () => {
    const { uuid, port } = await startService();
    const { local } = await forward(uuid, `0:${port}`);
    const bytes = randomBytes(20 * mib);
    const asked = request({ host: '127.0.0.1', port: only(local), path: '/echo', method: 'POST' });
    asked.end(bytes);
    const [answer] = await once(asked, 'response');
    const back = createHash('sha256');
    let size = 0;
    for await (const part of answer) {
      back.update(part);
      size += part.length;
    }
    assert.deepEqual([size, back.digest('hex')], [bytes.length, createHash('sha256').update(bytes).digest('hex')]);
  });

  it('keeps a connection of another protocol, ends one direction at a time, and ends with the run', async () => {
    const { uuid, port } = await startService();
    const { life, local } = await forward(uuid, `0:${port}`);
    const long = await speakEcho(only(local));
    const short = await speakEcho(only(local));
    for (const word of ['one', 'two', 'three']) {
      long.write(word);
      assert.equal(String((await once(long, 'data'))[0]), word);
    }
    short.end('last words');
    assert.equal(await textOf(short), 'last words');
    assert.equal(long.readyState, 'open');

    const closed = once(long, 'close');
    await rest.insist('POST', `/api/v1/default/default/runs/${uuid}/stop`, { body: {} });
    await closed;
    assert.equal(await life.ended, 0);
    assert.match(life.stderr(), /^The run has ended; it is stopped\.$/m);
  });

  it('takes from a service that floods no more than what fits between, and works on', async () => {
    const { uuid, port } = await startService();
    const { local } = await forward(uuid, `0:${port}`);
    const sleeper = connect(only(local), '127.0.0.1');
    sleeper.pause();
    sleeper.write('GET /flood HTTP/1.1\r\nHost: x\r\n\r\n');
    const flooded = async (): Promise<number> =>
      Number(await (await fetch(`http://127.0.0.1:${only(local)}/flooded`)).text());
    // It stands still once everything between is full: buffers of the system included, that is a few megabytes.
    let last = -1;
    let repeats = 0;
    const still = await eventually('the service is held up', async () => {
      const now = await flooded();
      repeats = now > 0 && now === last ? repeats + 1 : 0;
      last = now;
      return repeats >= 10 ? now : null;
    });
    assert.ok(still < 64 * mib, `${still} bytes were taken for a reader that sleeps`);
    sleeper.resume();
    await eventually('it goes on when the reader wakes', async () => (await flooded()) > still);
    sleeper.destroy();
  });

  it('refuses what the run did not declare, tells it in a sentence, and goes on listening', async () => {
    const first = await startService();
    const second = await startService();
    const { life, local } = await forward(first.uuid, `0:${second.port}`, `0:${first.port}`);
    const [foreign, own] = local;
    const refused = connect(foreign ?? 0, '127.0.0.1');
    assert.equal(await textOf(refused), '');
    await eventually('it says why', () =>
      life
        .stderr()
        .includes(`port ${second.port}: The run does not declare port ${second.port}; it declares ${first.port}.\n`),
    );
    assert.equal((await fetch(`http://127.0.0.1:${own}/`)).status, 200);
  });

  it('takes the declared ports where none is given, and says which port is taken', async () => {
    const { uuid, port } = await startService();
    // The service itself has its port on this machine.
    const said = await dev.cli(['ops', 'port-forward', uuid]);
    assert.equal(said.code, 6, said.stderr);
    assert.match(said.stderr, new RegExp(`^error: Port ${port} of this machine is taken\\.$`, 'm'));
  });

  it('refuses runs that have no ports or have ended', async () => {
    const run = { kind: 'job', container: { image: 'busybox', command: ['true'] } };
    const job = await rest.submit(JSON.stringify({ kind: 'operation', component: { kind: 'component', run } }));
    await rest.untilFinal(job);
    const none = await dev.cli(['ops', 'port-forward', job]);
    assert.deepEqual(
      [none.code, none.stderr.split('\n')[0]],
      [2, `error: The run ${job.slice(0, 8)} declares no ports.`],
    );
    const over = await dev.cli(['ops', 'port-forward', job, '80']);
    assert.deepEqual([over.code, over.stderr], [6, 'error: The run has ended; it is succeeded.\n']);
  });
});

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    text += String(bytes);
  });
  await once(socket, 'close');
  return text;
}

/** A connection on which the service echoes, as after a handshake of websockets. */
async function speakEcho(port: number): Promise<Socket> {
  const asked = request({ host: '127.0.0.1', port, headers: { connection: 'Upgrade', upgrade: 'echo' } });
  asked.end();
  const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket];
  socket.on('error', () => undefined);
  return socket;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}
