import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { LogChunk, RawLine } from '../../ports/executor.ts';
import type { LogArchive } from '../../ports/log-archive.ts';
import { answerTo } from '../kubernetes/kept-lines.ts';
import { upload } from './upload.ts';

export interface FilesServer {
  readonly url: string;
  /** Read for each request: a new token counts at once. */
  readonly tokenFile: string | null;
}

/** The server takes no larger archive. */
const largestArchive = 60 * 1024 * 1024;
const answerLimitMs = 60_000;

const lineShape = z.object({
  at: z.number(),
  pod: z.string(),
  container: z.string(),
  node: z.string(),
  text: z.string(),
  cut: z.boolean(),
});
const listingShape = z.object({ entries: z.array(z.object({ name: z.string(), kind: z.string() })) });

/**
 * Logs of ended runs as JSON lines in the artifacts store, `<uuid>/logs/attempt-<n>.jsonl`, through the server of the store
 * in the runs' namespace: the agent itself has no way into the store (decisions.md 58, agent-and-kubernetes.md 4.8).
 */
export function filesServerArchive(server: FilesServer): LogArchive {
  const credential = async (): Promise<Readonly<Record<string, string>>> => {
    if (server.tokenFile === null) return {};
    return { authorization: `Bearer ${(await readFile(server.tokenFile, 'utf8')).trim()}` };
  };
  const ask = async (path: string): Promise<Response> =>
    fetch(`${server.url}/${path}`, { headers: await credential(), signal: AbortSignal.timeout(answerLimitMs) });

  const names = async (uuid: string): Promise<readonly string[]> => {
    const answer = await ask(`${uuid}/logs/`);
    if (answer.status === 404) return [];
    if (!answer.ok) throw new Error(`The files server answered ${answer.status} for a listing.`);
    const { entries } = listingShape.parse(await answer.json());
    return entries
      .filter(({ name, kind }) => kind === 'file' && /^attempt-\d+\.jsonl$/.test(name))
      .map(({ name }) => name)
      .sort((left, right) => attemptOf(left) - attemptOf(right));
  };

  return {
    lastLines: null,
    keep: async (uuid, attempt, chunks) => {
      const path = `${uuid}/logs/attempt-${attempt}.jsonl`;
      const { status, text } = await upload(
        `${server.url}/${path}`,
        await credential(),
        toBytes(chunks),
        answerLimitMs,
      );
      if (status < 200 || status > 299) throw new Error(`The files server answered ${status}: ${text.slice(0, 200)}`);
    },
    read: async function* read(uuid, query) {
      const kept = await names(uuid);
      const lines = async function* all(): AsyncIterable<RawLine> {
        for (const name of kept) {
          const answer = await ask(`${uuid}/logs/${name}`);
          if (!answer.ok || answer.body === null)
            throw new Error(`The files server answered ${answer.status} for a log.`);
          yield* fromBytes(answer.body);
        }
      };
      yield* answerTo(query, lines());
    },
    forget: () => undefined, // Part of the artifacts.
  };
}

const attemptOf = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);

async function* toBytes(chunks: AsyncIterable<LogChunk>): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const { lines } of chunks) {
    const text = lines.map((line) => `${JSON.stringify(toJson(line))}\n`).join('');
    const bytes = Buffer.from(text, 'utf8');
    size += bytes.length;
    if (size > largestArchive) {
      const last = lines[0];
      if (last !== undefined)
        yield Buffer.from(
          `${JSON.stringify({ ...toJson(last), text: '… the rest of the log was too large to keep' })}\n`,
        );
      return;
    }
    yield bytes;
  }
}

function toJson({ atMs, pod, container, node, bytes, cut }: RawLine): z.infer<typeof lineShape> {
  return { at: atMs, pod, container, node, text: Buffer.from(bytes).toString('utf8'), cut };
}

/** Lines that are none of ours are left out: the store belongs to its users. */
async function* fromBytes(body: ReadableStream<Uint8Array>): AsyncIterable<RawLine> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of body) {
    const all = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = all.pop() ?? '';
    for (const text of all) {
      const line = toLine(text);
      if (line !== null) yield line;
    }
  }
}

function toLine(text: string): RawLine | null {
  try {
    const read = lineShape.safeParse(JSON.parse(text)).data;
    if (read === undefined) return null;
    return {
      atMs: read.at,
      pod: read.pod,
      container: read.container,
      node: read.node,
      bytes: Buffer.from(read.text),
      cut: read.cut,
    };
  } catch {
    return null; // No JSON.
  }
}
