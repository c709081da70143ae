import type { Duplex } from 'node:stream';
import { forwardProtocol } from '@tandem/shared/forward';
import { sql } from 'kysely';
import { Outage } from '../../domain/outage.ts';
import { impossible } from '../../domain/refusal.ts';
import type { LogChunk, LogQuery, RunStreams } from '../../ports/run-streams.ts';
import { endOfLogs, type SessionDirectory } from '../../ports/session-directory.ts';
import type { Db } from '../postgres/db.ts';
import { openTunnel } from './open-tunnel.ts';

/** Signs the short token by which replicas of one installation know each other. */
export type SignReplicaToken = () => Promise<string>;

/** Longest line of the relayed answer: one chunk of log lines. */
const longestLine = 1024 * 1024;

/** Finds the replica that holds an agent's session in the table of sessions, and reads from it over HTTP. */
export function replicaDirectory(db: Db, selfId: string, sign: SignReplicaToken): SessionDirectory {
  return {
    async holderOf(agentId) {
      const { rows } = await sql<{ replica_url: string }>`
        select replica_url from agent_sessions
        where agent_id = ${agentId} and replica_id <> ${selfId} and lease_until > clock_timestamp()
      `.execute(db);
      const url = rows[0]?.replica_url;
      return url === undefined || url === '' ? null : streamsOf(url, sign);
    },
  };
}

function streamsOf(url: string, sign: SignReplicaToken): RunStreams {
  return {
    async *logs(run, query, signal): AsyncGenerator<LogChunk> {
      const answer = await fetch(addressOf(url, run, query), {
        signal,
        redirect: 'error',
        headers: { authorization: `Bearer ${await sign()}` },
      }).catch((error: unknown) => {
        throw unanswered(error);
      });
      if (!answer.ok || answer.body === null) {
        throw new Outage('agent-away', 'The agent that has the logs of this run is not connected at the moment.');
      }
      yield* chunksOf(answer.body, signal);
    },
    async forward(run, port, signal): Promise<Duplex> {
      const address = new URL('/internal/v1/streams/forward', url);
      address.searchParams.set('run', run.uuid);
      address.searchParams.set('agent', String(run.agentId));
      address.searchParams.set('port', String(port));
      const headers = { authorization: `Bearer ${await sign()}` };
      const opened = await openTunnel(address, headers, forwardProtocol, signal).catch((error: unknown) => {
        throw unanswered(error);
      });
      if (opened.kind === 'open') return opened.socket;
      // The holder says what is in the way, for whoever asked us.
      if (opened.status === 400) throw impossible(opened.code, opened.title);
      if (opened.status === 503) throw new Outage(opened.code.replace(/^outage\//, ''), opened.title);
      throw new Outage('agent-away', 'The agent of this run is not connected at the moment.');
    },
  };
}

function unanswered(error: unknown): Outage {
  return new Outage('agent-away', 'The replica that holds the session of the agent does not answer.', 'later', error);
}

function addressOf(url: string, run: { readonly uuid: string; readonly agentId: number | null }, query: LogQuery): URL {
  const address = new URL('/internal/v1/streams/logs', url);
  address.searchParams.set('run', run.uuid);
  address.searchParams.set('agent', String(run.agentId));
  address.searchParams.set('cursor', query.cursor);
  address.searchParams.set('follow', String(query.follow));
  address.searchParams.set('tail', String(query.tail));
  return address;
}

/** One chunk a line, as JSON, and a last line. Throws an outage when the answer breaks off before it. */
async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<LogChunk> {
  for await (const line of linesOf(body, signal)) {
    if (line === endOfLogs) return;
    yield JSON.parse(line) as LogChunk;
  }
  if (!signal.aborted) throw new Outage('agent-away', 'The replica that holds the session of the agent went away.');
}

/** Lines of text; ends quietly where the body breaks off: what must come at the end tells the two apart. */
async function* linesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  try {
    while (!signal.aborted) {
      const read = await reader.read().catch(() => null);
      if (read === null || read.done) return;
      rest += decoder.decode(read.value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) throw new Outage('agent-away', 'The relayed answer could not be read.');
      yield* lines.filter((line) => line !== '');
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
