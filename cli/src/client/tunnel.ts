import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What a server answered to a request for another protocol. */
export type Tunnel =
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'refused'; readonly status: number; readonly text: string; readonly requestId: string | null };

/** Longest refusal that is read, in characters. */
const longestText = 64 * 1024;

/** Asks for another protocol on a connection of its own; `fetch` cannot. Rejects when the server does not answer. */
export function openTunnel(
  url: URL,
  headers: Readonly<Record<string, string>>,
  protocol: string,
  signal: AbortSignal,
): Promise<Tunnel> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
  // Who has said all still listens: each direction ends by itself.
  const at = { host, port, allowHalfOpen: true };
  const request = (isTls ? requestHttps : requestHttp)(url, {
    headers: { ...headers, connection: 'Upgrade', upgrade: protocol },
    createConnection: () => (isTls ? connectTls({ ...at, servername: host }) : connectPlain(at)),
    signal,
  });
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.once('upgrade', (_answer, socket: Socket, head) => {
      socket.on('error', () => undefined); // Its close follows, which is what everybody looks at.
      if (head.length > 0) socket.unshift(head);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      resolve({ kind: 'open', socket });
    });
    request.once('response', (answer) => refusalOf(answer).then(resolve, reject));
    request.end();
  });
}

async function refusalOf(answer: IncomingMessage): Promise<Tunnel> {
  let text = '';
  for await (const part of answer.setEncoding('utf8')) {
    text += String(part);
    if (text.length > longestText) break;
  }
  const id = answer.headers['x-request-id'];
  return { kind: 'refused', status: answer.statusCode ?? 0, text, requestId: typeof id === 'string' ? id : null };
}
