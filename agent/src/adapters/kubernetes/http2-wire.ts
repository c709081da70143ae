import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { ApiProblem, givenUp, noAnswer, unanswered } from './api-problem.ts';
import type { CallLane, WireAnswer, WireRequest } from './wire.ts';

/**
 * Calls on one connection at most; above it another connection is opened. The API server would take 250, but writes what it
 * answers on a connection one piece after another: when it is loaded, 64 calls on one connection get half as much done.
 */
const mostStreams = 8;
/** How often a connection is asked whether it lives, in ms. One that has not answered by the next time is given up, and one that nobody needs is closed. */
const pingMs = 15_000;
/** What the server may send before we have read it: of one answer, and of all on a connection, in bytes. */
const windowBytes = { ofStream: 1024 * 1024, ofConnection: 4 * 1024 * 1024 } as const;
/** What node keeps for a connection at most, in MB: several pages of a list at once are far below. */
const mostMemory = 64;

/** What shares connections: a call that hangs takes its connection out of use, which must not touch the lease. */
const groups: Readonly<Record<CallLane, 'calls' | 'urgent'>> = {
  usual: 'calls',
  starts: 'calls',
  urgent: 'urgent',
};

/** HTTP/2: calls side by side on few connections. */
export class Http2Wire {
  readonly #connections: Readonly<Record<'calls' | 'urgent', Connections>>;

  /** `dial` opens a connection; null: the server does not speak HTTP/2. */
  constructor(server: string, dial: () => Promise<TLSSocket | null>) {
    const make = (): Connections => new Connections(server, dial);
    this.#connections = { calls: make(), urgent: make() };
  }

  /** Null: nothing was sent, since the server does not speak HTTP/2. */
  async ask(request: WireRequest, lane: CallLane): Promise<WireAnswer | null> {
    const connection = await this.#connections[groups[lane]].take();
    if (connection === null) return null;
    if (request.signal?.aborted !== true) return send(connection, request);
    connection.open -= 1;
    throw givenUp();
  }

  close(): void {
    for (const each of Object.values(this.#connections)) each.close();
  }
}

interface Connection {
  readonly session: ClientHttp2Session;
  /** Calls that have not ended, with those that are just about to begin. */
  open: number;
}

/** Connections of one group: as many as its calls need, one of them at rest. */
class Connections {
  readonly #server: string;
  readonly #dial: () => Promise<TLSSocket | null>;
  #connections: readonly Connection[] = [];
  #dialling: Promise<Connection | null> | null = null;
  #isClosed = false;

  constructor(server: string, dial: () => Promise<TLSSocket | null>) {
    this.#server = server;
    this.#dial = dial;
  }

  /** One with room for a call, which is taken with it. */
  async take(): Promise<Connection | null> {
    for (;;) {
      const found = this.#connections.find((each) => isUsable(each) && each.open < mostStreams);
      if (found !== undefined) {
        found.open += 1;
        return found;
      }
      // Who comes meanwhile waits for the same connection, and looks again: it may be full by then.
      this.#dialling ??= this.#connect().finally(() => {
        this.#dialling = null;
      });
      if ((await this.#dialling) === null) return null;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { session } of this.#connections) session.destroy();
  }

  async #connect(): Promise<Connection | null> {
    const socket = await this.#dial();
    if (socket === null) return null;
    const settings = { initialWindowSize: windowBytes.ofStream, enablePush: false };
    const session = connect(this.#server, { createConnection: () => socket, settings, maxSessionMemory: mostMemory });
    session.once('connect', () => session.setLocalWindowSize(windowBytes.ofConnection));
    const connection: Connection = { session, open: 0 };
    this.#connections = [...this.#connections.filter(isUsable), connection];
    const stopPinging = pingEvery(session, () => connection.open === 0 && this.#connections[0] !== connection);
    // Each call on it hears of it, too; without a listener it would end the process.
    session.on('error', () => undefined);
    session.once('close', () => {
      stopPinging();
      this.#connections = this.#connections.filter((each) => each !== connection);
    });
    if (this.#isClosed) session.destroy();
    return connection;
  }
}

const isUsable = ({ session }: Connection): boolean => !session.closed && !session.destroyed;

/** A connection may be dead without a word: a proxy forgets it, a node is gone. Gives what stops it. */
function pingEvery(session: ClientHttp2Session, isSpare: () => boolean): () => void {
  let isAnswered = true;
  const timer = setInterval(() => {
    if (!isAnswered) return void session.destroy(unanswered());
    if (isSpare()) return session.close();
    isAnswered = false;
    session.ping((error) => {
      isAnswered = error === null;
    });
  }, pingMs).unref();
  return () => clearInterval(timer);
}

function send(connection: Connection, { signal, limitMs, ...request }: WireRequest): Promise<WireAnswer> {
  const { session } = connection;
  return new Promise((resolve, reject) => {
    const stream = requestOn(connection, request);
    let hasBegun = false;
    let failure: Error | null = null;
    const end = (why: ApiProblem): void => {
      // Nothing has come on it: the next calls had better take another connection. What is under way here goes on.
      if (!hasBegun) session.close();
      stream.destroy(why);
    };
    const giveUp = (): void => end(givenUp());
    signal?.addEventListener('abort', giveUp, { once: true });
    if (limitMs !== null) stream.setTimeout(limitMs, () => end(unanswered()));
    stream.on('error', (error) => {
      failure = error;
    });
    // A server may reset a stream without calling it an error, and what was read would look like the whole answer.
    stream.once('aborted', () => stream.destroy(new ApiProblem(0, 'ECONNRESET', 'the answer broke off')));
    stream.once('close', () => {
      connection.open -= 1;
      signal?.removeEventListener('abort', giveUp);
      if (!hasBegun) reject(noAnswer(failure ?? new Error('the API server ended the call without an answer')));
    });
    stream.once('response', (head) => {
      hasBegun = true;
      resolve(answerOf(head, stream));
    });
    if (request.body !== null) stream.end(request.body);
  });
}

function requestOn(
  connection: Connection,
  { method, path, headers, body }: Pick<WireRequest, 'method' | 'path' | 'headers' | 'body'>,
): ClientHttp2Stream {
  try {
    // Said here, since node drops the body of a DELETE by itself, and with it what should become of a Job's pods.
    return connection.session.request({ ':method': method, ':path': path, ...headers }, { endStream: body === null });
  } catch (error) {
    // The connection was given up at this very moment.
    connection.open -= 1;
    throw noAnswer(error);
  }
}

function answerOf(head: IncomingHttpHeaders & IncomingHttpStatusHeader, body: Readable): WireAnswer {
  return { code: head[':status'] ?? 0, date: head.date, retryAfter: head['retry-after'], body };
}
