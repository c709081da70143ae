import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What another replica answered: a connection, or the problem that it told. */
export type Tunnel =
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly title: string };

/** Longest problem that is read, in bytes. */
const longestProblem = 64 * 1024;

/** Asks a server for another protocol on a connection of its own. Rejects when it does not answer. */
export function openTunnel(
  url: URL,
  headers: Readonly<Record<string, string>>,
  protocol: string,
  signal: AbortSignal,
): Promise<Tunnel> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
  const at = { host, port, allowHalfOpen: true };
  const request = (isTls ? requestHttps : requestHttp)(url, {
    headers: { accept: 'application/problem+json', ...headers, connection: 'Upgrade', upgrade: protocol },
    // A reader that has said all still listens.
    createConnection: () => (isTls ? connectTls({ ...at, servername: host }) : connectPlain(at)),
    signal,
  });
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('upgrade', (_answer, socket: Socket, head) => {
      socket.on('error', () => undefined);
      if (head.length > 0) socket.unshift(head);
      resolve({ kind: 'open', socket });
    });
    request.once('response', (answer) => problemOf(answer).then(resolve, reject));
    request.end();
  });
}

async function problemOf(answer: IncomingMessage): Promise<Tunnel> {
  let text = '';
  for await (const part of answer.setEncoding('utf8')) {
    text += String(part);
    if (text.length > longestProblem) break;
  }
  const said: unknown = JSON.parse(text);
  const at = (name: string): string =>
    typeof said === 'object' && said !== null && name in said ? String(said[name as keyof typeof said]) : '';
  return { kind: 'refused', status: answer.statusCode ?? 0, code: at('code'), title: at('title') };
}
