import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogChunk } from '../../ports/executor.ts';
import { filesServerArchive } from './log-archive.ts';

/** Keeps what is put, as the files server does. */
function startFiles(): { readonly server: Server; readonly files: Map<string, string>; url(): string } {
  const files = new Map<string, string>();
  const server = createServer((request, answer) => {
    const path = (request.url ?? '').slice(1);
    if (request.method === 'PUT') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        files.set(path, Buffer.concat(parts).toString('utf8'));
        answer.writeHead(201).end();
      });
      return;
    }
    const folder = [...files.keys()].filter((name) => path.endsWith('/') && name.startsWith(path));
    if (folder.length > 0) {
      const entries = folder.map((name) => ({ name: name.slice(path.length), kind: 'file' }));
      answer.end(JSON.stringify({ entries, after: null }));
    } else if (files.has(path)) answer.end(files.get(path));
    else answer.writeHead(404).end();
  });
  return { server, files, url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const line = (text: string, atMs: number) => ({
  atMs,
  pod: 'p',
  container: 'main',
  node: 'n',
  bytes: Buffer.from(text),
  cut: false,
});
async function* chunks(pod: string, ...all: readonly string[]): AsyncIterable<LogChunk> {
  yield { lines: all.map((text, index) => ({ ...line(text, index + 1), pod })), cursor: '', live: false };
}
async function collect(from: AsyncIterable<LogChunk>): Promise<{ texts: string[]; cursor: string }> {
  const texts: string[] = [];
  let cursor = '';
  for await (const chunk of from) {
    texts.push(...chunk.lines.map(({ bytes }) => Buffer.from(bytes).toString('utf8')));
    cursor = chunk.cursor;
  }
  return { texts, cursor };
}

describe('the archive of logs', () => {
  const files = startFiles();
  before((done) => void files.server.listen(0, '127.0.0.1', done));
  after(() => void files.server.close());
  const uuid = 'a'.repeat(32);
  const archive = () => filesServerArchive({ url: files.url(), tokenFile: null });
  const all = { cursor: '', follow: false, tail: 0 };

  it('gives back what was kept, attempt by attempt, and goes on from a cursor', async () => {
    await archive().keep(uuid, 10, chunks('p-10', 'last'));
    await archive().keep(uuid, 2, chunks('p-2', 'one "quoted"', 'two', ''));
    const read = await collect(archive().read(uuid, all));
    assert.deepEqual(read.texts, ['one "quoted"', 'two', '', 'last']);
    const rest = await collect(archive().read(uuid, { ...all, cursor: read.cursor }));
    assert.deepEqual(rest.texts, []);
    assert.deepEqual((await collect(archive().read(uuid, { ...all, tail: 2 }))).texts, ['', 'last']);
  });

  it('leaves out what others put there, and has nothing for a run without a log', async () => {
    const own = 'b'.repeat(32);
    await archive().keep(own, 1, chunks('p-1', 'ours'));
    files.files.set(
      `${own}/logs/attempt-1.jsonl`,
      `garbage\n{"at":"x"}\n${files.files.get(`${own}/logs/attempt-1.jsonl`)}`,
    );
    assert.deepEqual((await collect(archive().read(own, all))).texts, ['ours']);
    assert.deepEqual((await collect(archive().read('c'.repeat(32), all))).texts, []);
  });
});
