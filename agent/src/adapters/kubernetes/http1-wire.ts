import type { ClientRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { SecureContext } from 'node:tls';
import { givenUp, noAnswer, unanswered } from './api-problem.ts';
import type { Lane, Wire, WireAnswer, WireRequest } from './wire.ts';

/** Connections of each lane at most; streams last for minutes, so each has one of its own. */
const connections: Readonly<Record<Lane, number>> = {
  usual: 16,
  starts: 32,
  urgent: 2,
  streams: Number.POSITIVE_INFINITY,
};
/** Connections of a lane that stay open when nothing goes on: each costs memory. */
const openAtRest = 8;

/** HTTP/1.1 over kept connections, one for each call under way. */
export class Http1Wire implements Wire {
  readonly #server: string;
  readonly #lanes: Readonly<Record<Lane, Agent>>;

  constructor(server: string, secureContext: SecureContext) {
    this.#server = server;
    const laneOf = (lane: Lane): Agent =>
      new Agent({
        keepAlive: true,
        secureContext,
        maxSockets: connections[lane],
        scheduling: 'lifo',
        maxFreeSockets: openAtRest,
      });
    this.#lanes = {
      usual: laneOf('usual'),
      starts: laneOf('starts'),
      urgent: laneOf('urgent'),
      streams: laneOf('streams'),
    };
  }

  ask({ lane, method, path, headers, body, signal, limitMs }: WireRequest): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const options = { method, agent: this.#lanes[lane], headers };
      const sent = httpsRequest(`${this.#server}${path}`, options, (answer) => {
        const { statusCode = 0, headers: given } = answer;
        resolve({ code: statusCode, date: given.date, retryAfter: given['retry-after'], body: answer });
      });
      sent.on('error', (error) => reject(noAnswer(error)));
      giveUpBy(signal, sent);
      if (limitMs !== null) sent.setTimeout(limitMs, () => sent.destroy(unanswered()));
      sent.end(body ?? undefined);
    });
  }

  close(): void {
    for (const lane of Object.values(this.#lanes)) lane.destroy();
  }
}

/**
 * Ends a request when its signal aborts, and only as long as it lasts. Node's own option goes on to watch the connection after
 * the answer has ended, so an abort that comes late would destroy one that somebody else uses, or end the process.
 */
function giveUpBy(signal: AbortSignal | undefined, sent: ClientRequest): void {
  if (signal === undefined) return;
  const giveUp = (): void => void sent.destroy(givenUp());
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  sent.once('close', () => signal.removeEventListener('abort', giveUp));
}
