import { forwardProtocol } from '@tandem/shared/forward';
import { isDone } from '@tandem/shared/lifecycle';
import { z } from 'zod';
import { Outage } from '../../domain/outage.ts';
import type { LogChunk, LogLine } from '../../ports/run-streams.ts';
import { forwardRun } from '../../usecases/forward-run.ts';
import { type RunLogs, runLogs } from '../../usecases/run-logs.ts';
import { watchRun } from '../../usecases/watch-run.ts';
import { ok, type Route, route } from '../route.ts';
import { conditionJson } from '../run-json.ts';
import { type SseMessage, sendEvents } from '../sse.ts';

const optionalText = z.string().optional().catch(undefined);
const yes = z.enum(['true', '1', 'yes']).optional().catch(undefined);

/** Poll answers end after so many lines: the client asks again with the time of the last one. */
const mostLines = 2_000;

/** Logs and status changes as they come. */
export const streamRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/watch',
    id: 'watchRun',
    says: 'Server-sent events: one `status` for each change, from the first or behind Last-Event-ID, until a final one.',
    access: 'token',
    answers: { status: 200, schema: null },
    handle: async ({ world, principal, params, headers }) => {
      const after = Number(headers['last-event-id'] ?? 0);
      const pos = Number.isSafeInteger(after) && after > 0 ? after : 0;
      const ended = new AbortController();
      const changes = await watchRun(world, principal, params, pos, AbortSignal.any([ended.signal, world.closing]));
      return {
        kind: 'stream',
        write: async (response, signal) => {
          signal.addEventListener('abort', () => ended.abort());
          await sendEvents(response, statusMessages(changes), signal);
        },
      };
    },
  }),
  route({
    method: 'get',
    path: '/streams/v1/{namespace}/{owner}/{project}/runs/{uuid}/logs',
    id: 'getRunLogs',
    says: 'Logs of a run: once behind `last_time`, or as server-sent events with `follow` or Accept: text/event-stream.',
    access: 'token',
    query: z.object({
      last_time: optionalText,
      last_file: optionalText,
      cursor: optionalText,
      follow: yes,
      tail: z.coerce.number().int().min(0).max(100_000).catch(0),
    }),
    answers: { status: 200, schema: z.record(z.string(), z.unknown()) },
    handle: async ({ world, principal, params, query, headers }) => {
      const logs = await runLogs(world, world.streams, principal, params);
      if (query.follow === undefined && !(headers.accept ?? '').includes('text/event-stream')) {
        return ok(await poll(logs, query.last_time ?? null, query.tail, world.closing));
      }
      const lastId = headers['last-event-id'];
      const cursor = query.cursor ?? (typeof lastId === 'string' ? lastId : '');
      const follow = query.follow !== undefined;
      return {
        kind: 'stream',
        write: (response, signal) => {
          const chunks = logs.read({ cursor, follow, tail: query.tail }, signal);
          return sendEvents(response, logMessages(chunks), signal);
        },
      };
    },
  }),
  route({
    method: 'get',
    path: '/streams/v1/{namespace}/{owner}/{project}/runs/{uuid}/ports/{port}',
    id: 'forwardRunPort',
    says: `A connection to a port that a service declared: an HTTP/1.1 request with Upgrade: ${forwardProtocol}, then bytes.`,
    access: 'token',
    answers: { status: 101, schema: null },
    handle: async ({ world, principal, params }) => ({
      kind: 'tunnel',
      open: await forwardRun(world, world.streams, principal, params, params.port),
    }),
  }),
];

async function* statusMessages(changes: Awaited<ReturnType<typeof watchRun>>): AsyncGenerator<SseMessage> {
  for await (const { run, condition } of changes) {
    const data = {
      uuid: run.uuid,
      status: condition.status,
      attempt: condition.attempt,
      condition: conditionJson(condition),
    };
    yield { event: 'status', id: String(condition.pos), data };
  }
}

async function* logMessages(chunks: AsyncIterable<LogChunk>): AsyncGenerator<SseMessage> {
  for await (const { lines, cursor } of chunks)
    yield { event: 'logs', id: cursor, data: { lines: lines.map(lineJson), cursor } };
  yield { event: 'end', data: {} };
}

/**
 * One answer for a client that polls: the lines strictly behind `lastTime`. `last_time` null says that no more will come
 * (rest-api-and-clients.md 1.10).
 */
async function poll(logs: RunLogs, lastTime: string | null, tail: number, closing: AbortSignal): Promise<object> {
  const after = lastTime === null ? null : Date.parse(lastTime);
  const lines: LogLine[] = [];
  for await (const chunk of logs.read({ cursor: '', follow: false, tail }, closing)) {
    for (const line of chunk.lines) {
      // A time that cannot be read counts as none: better a line twice than none.
      if (after === null || Number.isNaN(after) || Date.parse(line.at) > after) lines.push(line);
    }
    if (lines.length >= mostLines) break;
  }
  // A part that looks like the whole would be the last that the client asks for.
  if (closing.aborted) throw new Outage('agent-away', 'The control plane is being restarted; ask again.');
  const isOver = isDone(logs.run.status) && lines.length < mostLines;
  const last = lines.at(-1)?.at ?? lastTime;
  return { last_time: isOver ? null : last, last_file: null, logs: lines.map(lineJson), files: [] };
}

function lineJson(line: LogLine): object {
  return { timestamp: line.at, node: line.node, pod: line.pod, container: line.container, value: line.text };
}
