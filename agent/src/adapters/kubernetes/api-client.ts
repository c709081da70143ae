import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Json } from '../../compile/kubernetes/manifest.ts';
import type { ApiRequest } from '../../ports/metrics.ts';
import { ApiProblem, toApiProblem } from './api-problem.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { RequestPace } from './request-pace.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Call {
  readonly method?: Method;
  /** Path and query, such as `/api/v1/namespaces/runs/pods?limit=500`. */
  readonly path: string;
  readonly body?: Json | object;
  /** Default: JSON, and a merge patch for PATCH. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Over whose connections it goes; missing: over those of all. */
  readonly lane?: Lane;
}

/**
 * Calls of one lane never wait for a connection that another one holds. `starts`: what makes the objects of a run, since many come at once.
 * `urgent`: what must not be late, such as the lease; it goes past the limit of requests as well.
 */
export type Lane = 'usual' | 'starts' | 'urgent';

/** Connections of each lane at most; starts have as many as there may be under way (ADR 28). */
const connections: Readonly<Record<Lane, number>> = { usual: 16, starts: 32, urgent: 2 };
/** Connections of a lane that stay open when nothing goes on: each costs memory. */
const openAtRest = 8;

/** What the client tells, and asks, besides doing calls. */
export interface ClientHooks {
  /** The `Date` of every answer: the cluster's own time, in whole seconds. */
  readonly onServerTime?: (serverMs: number) => void;
  /** Whether this process may change anything now; asked before every call that is no read. */
  readonly mayChange?: () => boolean;
  /** Every request when its answer begins, or when it is known that none comes. */
  readonly onRequest?: (request: ApiRequest) => void;
}

const mergePatch = 'application/merge-patch+json';

/** Answers in time or counts as lost, in ms. */
const answerLimitMs = 30_000;
/** Longest time that a call waits by itself after "too many requests", in ms. */
const longestWaitMs = 10_000;
/** Largest answer that is read whole, in bytes: a page of 500 objects is far below. */
const largestAnswer = 64 * 1024 * 1024;

/**
 * A small client of the API server: JSON over kept connections. The well-known client library costs 9 MB more and three
 * times the latency of an apply (dependencies.md 8), which is more than an agent may use.
 */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #lanes: Readonly<Record<Lane, Agent>>;
  /** Streams live for minutes: they must not take the connections of calls. */
  readonly #streams: Agent;
  readonly #pace: RequestPace;
  readonly #hooks: ClientHooks;

  constructor(access: ClusterAccess, requestsPerSecond: number, hooks: ClientHooks = {}) {
    this.#access = access;
    this.#hooks = hooks;
    // One for all connections: each would read the authorities anew and keep its own copy.
    const secureContext = createSecureContext({
      ...(access.ca === null ? {} : { ca: access.ca }),
      ...(access.clientCert === null ? {} : access.clientCert),
    });
    const tls = { keepAlive: true, secureContext };
    const laneOf = (lane: Lane): Agent =>
      new Agent({ ...tls, maxSockets: connections[lane], scheduling: 'lifo', maxFreeSockets: openAtRest });
    this.#lanes = { usual: laneOf('usual'), starts: laneOf('starts'), urgent: laneOf('urgent') };
    this.#streams = new Agent({ ...tls, maxSockets: Number.POSITIVE_INFINITY });
    this.#pace = new RequestPace(requestsPerSecond);
  }

  /** One call; gives the body of the answer. Throws `ApiProblem`. After "too many requests" it waits as told, twice at most and not for long. */
  async call<T = unknown>(call: Call): Promise<T> {
    const lane = call.lane ?? 'usual';
    const isUrgent = lane === 'urgent';
    for (let tries = 0; ; tries += 1) {
      if (!isUrgent) await this.#pace.turn();
      this.#mayDo(call);
      try {
        const answer = await this.#open(call, this.#lanes[lane], answerLimitMs);
        const body = await readAll(answer);
        const code = answer.statusCode ?? 0;
        if (code >= 200 && code < 300) return parseBody<T>(body);
        throw toApiProblem(code, body, answer.headers['retry-after']);
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 429 || tries === 2 || isUrgent) throw error;
        const waitMs = error.retryAfterMs ?? 1_000;
        // Longer than that whoever asked waits better himself: he is told how long.
        if (waitMs > longestWaitMs) throw error;
        await new Promise<void>((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /**
   * Opens an answer that is read as it comes. Throws `ApiProblem` where it is none; a stream that ends early ends the loop
   * of the reader or throws there.
   */
  async stream(call: Call): Promise<IncomingMessage> {
    await this.#pace.turn();
    const answer = await this.#open(call, this.#streams, null);
    const code = answer.statusCode ?? 0;
    if (code >= 200 && code < 300) return answer;
    throw toApiProblem(code, await readAll(answer), answer.headers['retry-after']);
  }

  close(): void {
    for (const lane of Object.values(this.#lanes)) lane.destroy();
    this.#streams.destroy();
  }

  /** Who cannot be sure to lead any more changes nothing: another process may do it by now. */
  #mayDo({ method = 'GET', lane }: Call): void {
    if (method !== 'GET' && lane !== 'urgent' && this.#hooks.mayChange?.() === false)
      throw new ApiProblem(0, 'NotLeading', 'the lease could not be renewed, so another process may lead');
  }

  async #open(call: Call, agent: Agent, limitMs: number | null): Promise<IncomingMessage> {
    const token = await this.#access.token();
    const method = call.method ?? 'GET';
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const began = this.#began(call);
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        began(0);
        reject(new ApiProblem(0, codeOf(error), messageOf(error)));
      };
      const sent = request(
        `${this.#access.server}${call.path}`,
        {
          method,
          agent,
          headers: {
            accept: 'application/json',
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(body === null
              ? {}
              : {
                  'content-type': call.contentType ?? (method === 'PATCH' ? mergePatch : 'application/json'),
                  'content-length': Buffer.byteLength(body),
                }),
          },
        },
        (answer) => {
          const serverMs = Date.parse(answer.headers.date ?? '');
          if (!Number.isNaN(serverMs)) this.#hooks.onServerTime?.(serverMs);
          began(answer.statusCode ?? 0);
          resolve(answer);
        },
      );
      sent.on('error', fail);
      givenUpBy(call.signal, sent);
      if (limitMs !== null)
        sent.setTimeout(limitMs, () => sent.destroy(new Error('the API server did not answer in time')));
      sent.end(body ?? undefined);
    });
  }

  /** A request is sent now; call what it gives when its answer begins. Later calls, as when it breaks off, do nothing. */
  #began({ method = 'GET', path }: Call): (code: number) => void {
    const sentAt = process.hrtime.bigint();
    const verb = method === 'GET' && path.includes('watch=true') ? 'watch' : verbs[method];
    let isTold = false;
    return (code) => {
      if (isTold) return;
      isTold = true;
      this.#hooks.onRequest?.({ verb, code, seconds: Number(process.hrtime.bigint() - sentAt) / 1e9 });
    };
  }
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/**
 * Ends a request when its signal aborts, and only as long as it lasts. Node's own option goes on to watch the connection after
 * the answer has ended, so an abort that comes late would destroy one that somebody else uses, or end the process.
 */
function givenUpBy(signal: AbortSignal | undefined, sent: ClientRequest): void {
  if (signal === undefined) return;
  const giveUp = (): void =>
    void sent.destroy(Object.assign(new Error('the call was given up'), { code: 'ABORT_ERR' }));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  sent.once('close', () => signal.removeEventListener('abort', giveUp));
}

/** Throws `ApiProblem` for what is no JSON: something in between answered in the API server's place. */
function parseBody<T>(body: string): T {
  try {
    return (body === '' ? null : JSON.parse(body)) as T;
  } catch {
    throw new ApiProblem(0, 'Unreadable', `the API server sent something that is no JSON: ${body.slice(0, 100)}`);
  }
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of answer) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > largestAnswer) throw new Error('the answer is too large');
    }
  } catch (error) {
    throw new ApiProblem(0, 'Unreachable', messageOf(error));
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The word of the operating system, such as `ECONNREFUSED`. */
const codeOf = (error: Error): string => ('code' in error ? String(error.code) : 'Unreachable');

/** Node gives some failures of connections no message, only a code. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return error.message || code || 'the connection failed';
}
