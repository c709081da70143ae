import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface Uploaded {
  readonly status: number;
  readonly text: string;
}

/**
 * Puts what may take its time to come, such as the log of a run that still ends: only the server has a limit, in ms, for
 * taking what is there and for its answer. By node's own client, since `fetch` gives up after five minutes in which nothing
 * came. Throws where no answer comes, and what `parts` throws.
 */
export async function upload(
  url: string,
  headers: Readonly<Record<string, string>>,
  parts: AsyncIterable<Uint8Array>,
  limitMs: number,
): Promise<Uploaded> {
  const sent = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, { method: 'PUT', headers });
  let limit: NodeJS.Timeout | undefined;
  const awaitServer = (): void => {
    limit = setTimeout(
      () => sent.destroy(new Error(`the files server did not answer in ${limitMs / 1000} s`)),
      limitMs,
    );
  };
  async function* watched(): AsyncIterable<Uint8Array> {
    for await (const part of parts) {
      awaitServer();
      yield part;
      clearTimeout(limit);
    }
    awaitServer();
  }
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  // An answer that comes before all is sent is a refusal, and says more than the end of the connection.
  const sending = pipeline(watched(), sent);
  for (const each of [answered, sending]) each.catch(() => undefined); // Whichever fails first is thrown below.
  try {
    const [answer] = await Promise.race([answered, sending.then(() => answered)]);
    return { status: answer.statusCode ?? 0, text: await text(answer) };
  } finally {
    clearTimeout(limit);
    sent.destroy();
  }
}
