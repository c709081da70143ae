import { once } from 'node:events';
import type { Response } from 'express';
import { Outage } from '../domain/outage.ts';

/** A message of a server-sent event stream. `data` is sent as JSON, so it has no line breaks of its own. */
export interface SseMessage {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

const heartbeatMs = 15_000;

/**
 * Sends messages as they come, as fast as the reader takes them: the source is not asked for more while the reader lags.
 * A comment every 15 s keeps proxies from closing a quiet stream. Ends with the source or when the signal fires.
 */
export async function sendEvents(
  response: Response,
  messages: AsyncIterable<SseMessage>,
  signal: AbortSignal,
): Promise<void> {
  // Before the head is sent: a source that fails at once is answered with its problem.
  const iterator = messages[Symbol.asyncIterator]();
  let next = iterator.next();
  const early = await Promise.race([next, patience()]);
  response.status(200);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-accel-buffering', 'no');
  response.flushHeaders();
  const heartbeat = setInterval(() => {
    // A reader that lags needs no proof of life.
    if (!response.writableNeedDrain) response.write(': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();
  try {
    for (let step = early ?? (await next); step.done !== true; step = await next) {
      // The source also ends when we do; what it says then is not the end that the reader waits for.
      if (signal.aborted) break;
      await write(response, format(step.value), signal);
      next = iterator.next();
    }
  } catch (error) {
    if (!(error instanceof Outage)) throw error;
    // The head is gone already, so the reader is told in the stream; with the last id it can come again.
    await write(response, format({ event: 'error', data: { code: error.code, message: error.message } }), signal);
  } finally {
    clearInterval(heartbeat);
    await iterator.return?.();
  }
}

/** A source that has nothing for so long is only quiet: the reader gets its head and waits with us. */
function patience(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, 500, null));
}

function format({ event, id, data }: SseMessage): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Writes and waits until the reader has taken what is too much to hold. */
export async function write(response: Response, text: string, signal: AbortSignal): Promise<void> {
  if (response.write(text) || signal.aborted) return;
  await once(response, 'drain', { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
