import type { Readable } from 'node:stream';
import { sideBySide } from '../../commands/command-loop.ts';
import { slots } from '../../commands/slots.ts';
import type { Json } from '../../compile/kubernetes/manifest.ts';
import type { ApiRequest } from '../../ports/metrics.ts';
import { version } from '../../version.ts';
import { ApiProblem, noAnswer, toApiProblem } from './api-problem.ts';
import { apiWire } from './api-wire.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { RequestPace } from './request-pace.ts';
import type { CallLane, Lane, Wire, WireAnswer } from './wire.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Call {
  readonly method?: Method;
  /** Path and query, such as `/api/v1/namespaces/runs/pods?limit=500`. */
  readonly path: string;
  readonly body?: Json | object;
  /** Default: JSON, and a merge patch for PATCH. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Whom it must not keep waiting; default: `usual`. What is urgent goes past the limit of requests as well. */
  readonly lane?: CallLane;
}

/**
 * Calls of a lane that are under way at once. What the agent has to do for runs that live has few, so that a burst of pods
 * does not take the API server from those that are to be made; starts have as many as may be under way (ADR 28).
 */
const atOnce: Readonly<Record<CallLane, number>> = { usual: 16, starts: sideBySide, urgent: 2 };

/** What the client tells, and asks, besides doing calls. */
export interface ClientHooks {
  /** The `Date` of every answer: the cluster's own time, in whole seconds. */
  readonly onServerTime?: (serverMs: number) => void;
  /** Whether this process may change anything now; asked before every call that is no read. */
  readonly mayChange?: () => boolean;
  /** Every request when its answer begins, or when it is known that none comes. */
  readonly onRequest?: (request: ApiRequest) => void;
}

/** By this name administrators find the agent in the audit log of their cluster. */
const userAgent = `tandem-agent/${version}`;
const mergePatch = 'application/merge-patch+json';

/** Answers in time or counts as lost, in ms. */
const answerLimitMs = 30_000;
/** Longest time that a call waits by itself after "too many requests", in ms. */
const longestWaitMs = 10_000;
/** Largest answer that is read whole, in bytes: a page of 500 objects is far below. */
const largestAnswer = 64 * 1024 * 1024;

/**
 * A small client of the API server: JSON over kept connections (`apiWire`). The well-known client library costs 9 MB more and three
 * times the latency of an apply (dependencies.md 8), which is more than an agent may use.
 */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #wire: Wire;
  readonly #pace: RequestPace;
  readonly #slots = { usual: slots(atOnce.usual), starts: slots(atOnce.starts), urgent: slots(atOnce.urgent) };
  readonly #hooks: ClientHooks;

  constructor(access: ClusterAccess, requestsPerSecond: number, hooks: ClientHooks = {}) {
    this.#access = access;
    this.#hooks = hooks;
    this.#wire = apiWire(access);
    this.#pace = new RequestPace(requestsPerSecond);
  }

  /** One call; gives the body of the answer. Throws `ApiProblem`. After "too many requests" it waits as told, twice at most and not for long. */
  async call<T = unknown>(call: Call): Promise<T> {
    const lane = call.lane ?? 'usual';
    const isUrgent = lane === 'urgent';
    for (let tries = 0; ; tries += 1) {
      if (!isUrgent) await this.#pace.turn();
      try {
        // Who waits because he was told to keeps no other call from its turn.
        return await this.#slots[lane](() => this.#once<T>(call, lane));
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 429 || tries === 2 || isUrgent) throw error;
        const waitMs = error.retryAfterMs ?? 1_000;
        // Longer than that whoever asked waits better himself: he is told how long.
        if (waitMs > longestWaitMs) throw error;
        await new Promise<void>((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async #once<T>(call: Call, lane: CallLane): Promise<T> {
    this.#mayDo(call);
    const { code, body, retryAfter } = await this.#open(call, lane, answerLimitMs);
    const text = await readAll(body);
    if (code >= 200 && code < 300) return parseBody<T>(text);
    throw toApiProblem(code, text, retryAfter);
  }

  /**
   * Opens an answer that is read as it comes. Throws `ApiProblem` where it is none; a stream that ends early ends the loop
   * of the reader or throws there.
   */
  async stream(call: Omit<Call, 'lane'>): Promise<Readable> {
    await this.#pace.turn();
    const { code, body, retryAfter } = await this.#open(call, 'streams', null);
    if (code >= 200 && code < 300) return body;
    throw toApiProblem(code, await readAll(body), retryAfter);
  }

  close(): void {
    this.#wire.close();
  }

  /** Who cannot be sure to lead any more changes nothing: another process may do it by now. */
  #mayDo({ method = 'GET', lane }: Call): void {
    if (method !== 'GET' && lane !== 'urgent' && this.#hooks.mayChange?.() === false)
      throw new ApiProblem(0, 'NotLeading', 'the lease could not be renewed, so another process may lead');
  }

  async #open(call: Call, lane: Lane, limitMs: number | null): Promise<WireAnswer> {
    const token = await this.#access.token();
    const method = call.method ?? 'GET';
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const type = call.contentType ?? (method === 'PATCH' ? mergePatch : 'application/json');
    const began = this.#began(call);
    try {
      const answer = await this.#wire.ask({
        lane,
        method,
        path: call.path,
        headers: {
          accept: 'application/json',
          'user-agent': userAgent,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === null ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
        },
        body,
        signal: call.signal,
        limitMs,
      });
      const serverMs = Date.parse(answer.date ?? '');
      if (!Number.isNaN(serverMs)) this.#hooks.onServerTime?.(serverMs);
      began(answer.code);
      return answer;
    } catch (error) {
      began(0);
      throw error;
    }
  }

  /** A request is sent now; call what it gives when its answer begins, or when none comes. */
  #began({ method = 'GET', path }: Call): (code: number) => void {
    const sentAt = process.hrtime.bigint();
    const verb = method === 'GET' && path.includes('watch=true') ? 'watch' : verbs[method];
    return (code) => this.#hooks.onRequest?.({ verb, code, seconds: Number(process.hrtime.bigint() - sentAt) / 1e9 });
  }
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** Throws `ApiProblem` for what is no JSON: something in between answered in the API server's place. */
function parseBody<T>(body: string): T {
  try {
    return (body === '' ? null : JSON.parse(body)) as T;
  } catch {
    throw new ApiProblem(0, 'Unreadable', `the API server sent something that is no JSON: ${body.slice(0, 100)}`);
  }
}

/** By events: iterating over what is mostly one piece costs as much as the call. */
function readAll(answer: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    answer.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > largestAnswer) answer.destroy(new Error('the answer is too large'));
    });
    answer.on('error', (error) => reject(noAnswer(error)));
    answer.once('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    answer.once('close', () => reject(noAnswer(new Error('the answer broke off'))));
  });
}
