import { Agent, type IncomingMessage, request } from 'node:http';

/** How long a service may take to answer, in ms: its status is not looked at meanwhile. */
const answerLimitMs = 2_000;
/** Longest answer that is read, in bytes. */
const largestAnswer = 64 * 1024;
/** However many services there are, so many are asked at once; one whose turn does not come in time counts as used. */
const agent = new Agent({ maxTotalSockets: 16 });

/**
 * When a service says that it was used last, in ms since 1970: the `last_activity` of the JSON that it answers, as the servers
 * of Jupyter have it. Null: no path gave a time. Every answer is hostile: it is bounded in time and size, and followed nowhere.
 */
export async function lastActivity(host: string, port: number, paths: readonly string[]): Promise<number | null> {
  for (const path of paths) {
    const text = await get(host, port, path);
    const atMs = text === null ? null : activityIn(text);
    if (atMs !== null) return atMs;
  }
  return null;
}

/** The time in such an answer; null: it has none. */
export function activityIn(text: string): number | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null; // A page of the service, or a part of one.
  }
  if (typeof answer !== 'object' || answer === null || !('last_activity' in answer)) return null;
  const { last_activity: at } = answer;
  // RFC 3339: a time without a zone would be one of this machine.
  if (typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(at)) return null;
  const atMs = Date.parse(at);
  return Number.isNaN(atMs) ? null : atMs;
}

/** The text of a 200; null for everything else. */
async function get(host: string, port: number, path: string): Promise<string | null> {
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const signal = AbortSignal.timeout(answerLimitMs);
      request({ host, port, path, agent, signal, headers: { accept: 'application/json' } }, resolve)
        .once('error', reject)
        .end();
    });
    if (answer.statusCode !== 200) {
      answer.destroy();
      return null;
    }
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of answer as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > largestAnswer) return null;
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } catch {
    return null; // Nothing answers, not in time, or not in HTTP; a path that cannot be asked for is the same.
  }
}
