import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { upload } from './upload.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const takesAll: Answer = (request, response) =>
  void text(request).then((body) => response.writeHead(201).end(`${request.method} ${body}`));
/** Never reads and never answers. */
const hangs: Answer = () => undefined;

describe('an upload', () => {
  let server: Server;
  let answer: Answer;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const put = (parts: AsyncIterable<Uint8Array>, limitMs = 10_000) =>
    upload(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`,
      { authorization: 'Bearer t' },
      parts,
      limitMs,
    );
  async function* parts(...all: readonly string[]): AsyncIterable<Uint8Array> {
    for (const each of all) yield Buffer.from(each);
  }

  it('is whole, with what it was told to say', async () => {
    let told: unknown;
    answer = (request, response) => {
      told = request.headers.authorization;
      takesAll(request, response);
    };
    assert.deepEqual(await put(parts('a', 'b')), { status: 201, text: 'PUT ab' });
    assert.equal(told, 'Bearer t');
  });

  it('waits for what is still to come, however long the server may take', async () => {
    answer = (request, response) =>
      request.headers['content-type'] === 'never' ? undefined : takesAll(request, response);
    async function* slow(): AsyncIterable<Uint8Array> {
      yield Buffer.from('a');
      // The same limit passes twice for another upload.
      for (let times = 0; times < 2; times += 1) await assert.rejects(unanswered());
      yield Buffer.from('b');
    }
    const unanswered = () =>
      upload(
        `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`,
        { 'content-type': 'never' },
        parts('a'),
        200,
      );
    assert.deepEqual(await put(slow(), 200), { status: 201, text: 'PUT ab' });
  });

  it('gives up a server that does not answer', async () => {
    answer = hangs;
    await assert.rejects(put(parts('a'), 20), /did not answer in 0.02 s/);
  });

  it('gives up a server that takes nothing more', async () => {
    answer = hangs;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) yield Buffer.alloc(1024 * 1024);
    }
    await assert.rejects(put(endless(), 50), /did not answer in 0.05 s/);
  });

  it('tells a refusal that comes before all is sent', async () => {
    answer = (_, response) => response.writeHead(507).end('the disk is full');
    let isRefused: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => {
      isRefused = resolve;
    });
    async function* slow(): AsyncIterable<Uint8Array> {
      yield Buffer.from('a');
      await refused;
    }
    assert.deepEqual(await put(slow()), { status: 507, text: 'the disk is full' });
    isRefused();
  });

  it('fails with what its source fails with, and with the connection', async () => {
    answer = takesAll;
    async function* broken(): AsyncIterable<Uint8Array> {
      yield Buffer.from('a');
      throw new Error('the log broke off');
    }
    await assert.rejects(put(broken()), /the log broke off/);
    answer = (_, response) => void response.destroy();
    await assert.rejects(put(parts('a')), /hang up|ECONNRESET|EPIPE/);
  });
});
