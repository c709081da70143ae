import type { LogLine, OpenStream, StreamChunk } from '@tandem/proto';
import { printable } from '../mask/clean.ts';
import type { Masker } from '../mask/masker.ts';
import type { Clock } from '../ports/clock.ts';
import type { ControlPlane, StreamChannel } from '../ports/control-plane.ts';
import type { Executor, LogChunk, RawLine } from '../ports/executor.ts';
import type { Log } from '../ports/log.ts';
import { Gate } from './gate.ts';

/** Longest line that is sent, in bytes. */
const longestLine = 16 * 1024;
const notFound = { reason: 'NotFound', message: 'Nothing of this run is here.' };
const cutMark = ' … [line cut]';
/** What one reader may have each second (agent-and-kubernetes.md 4.8). */
const bytesPerSecond = 1024 * 1024;

export interface LogStreamOptions {
  readonly controlPlane: ControlPlane;
  readonly executor: Executor;
  readonly masker: () => Promise<Masker>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Serves one reader: opens a call of its own and sends lines as long as the reader takes them. The first chunk has no
 * body; it says which stream the call is. Ends by itself: all sent, reader gone, or `signal`.
 *
 * A second order with the same id is harmless: the control plane closes the call that nobody waits for.
 */
export async function serveLogs(
  order: OpenStream,
  sessionId: string,
  options: LogStreamOptions,
  signal: AbortSignal,
): Promise<void> {
  if (order.what?.$case !== 'logs') return;
  const query = order.what.value;
  const over = new AbortController();
  const stop = (): void => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  const gate = new Gate();
  let closedByReader = false;
  const channel = options.controlPlane.openStream({
    onControl: (control) => {
      gate.allow(control.credits);
      if (control.close) {
        closedByReader = true;
        stop();
      }
    },
    onDrain: () => gate.drained(),
    onClose: stop,
  });
  over.signal.addEventListener('abort', () => gate.open(), { once: true });
  const send = (body: StreamChunk['body']): void => {
    if (!channel.send({ streamId: order.streamId, sessionId, body })) gate.fill();
  };

  try {
    send(undefined);
    const found = await options.executor.find(order.runUuid);
    const masker = await options.masker();
    const pace = new Pace(options.clock);
    let isEmpty = true;
    for await (const chunk of options.executor.logs(order.runUuid, query, over.signal)) {
      isEmpty = false;
      const lines = await pace.take(chunk, toLines(chunk, masker), over.signal);
      await gate.pass();
      if (over.signal.aborted) break;
      if (lines.length > 0) send({ $case: 'lines', value: { lines, cursor: chunk.cursor } });
    }
    if (over.signal.aborted) return;
    // A run whose objects are gone may have a log that was kept.
    const isUnknown = found === null && isEmpty && query.cursor === '';
    send({ $case: 'end', value: isUnknown ? notFound : { reason: '', message: '' } });
  } catch (error) {
    options.log.warn({ run: order.runUuid, problem: String(error) }, 'a log stream failed');
    send({ $case: 'end', value: { reason: 'Internal', message: 'The logs could not be read.' } });
  } finally {
    signal.removeEventListener('abort', stop);
    finish(channel, closedByReader);
  }
}

function finish(channel: StreamChannel, closedByReader: boolean): void {
  if (closedByReader) channel.cancel();
  else channel.end();
}

function toLines(chunk: LogChunk, masker: Masker): LogLine[] {
  return chunk.lines.map((line) => ({
    atMs: BigInt(Math.round(line.atMs)),
    pod: line.pod,
    container: line.container,
    text: toText(line, masker),
    node: line.node,
  }));
}

/** Masked, printable, at most 16 KiB. Masked twice, since dropping control characters may join the parts of a secret. */
function toText(line: RawLine, masker: Masker): string {
  const text = masker.text(printable(masker.line(line.bytes, line.cut)));
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= longestLine) return line.cut ? text + cutMark : text;
  return (
    bytes
      .subarray(0, longestLine)
      .toString('utf8')
      .replace(/\ufffd+$/, '') + cutMark
  );
}

/**
 * One MiB each second. A reader that catches up waits; one that follows live is given a counted mark in place of what
 * was too much, so that it never falls behind for ever.
 */
class Pace {
  readonly #clock: Clock;
  #tokens = bytesPerSecond;
  #atMs: number;
  #skipped = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#atMs = clock.monotonicMs();
  }

  async take(chunk: LogChunk, lines: LogLine[], signal: AbortSignal): Promise<LogLine[]> {
    const size = lines.reduce((sum, line) => sum + line.text.length, 0);
    this.#refill();
    if (this.#tokens < size && chunk.live) {
      this.#skipped += lines.length;
      return [];
    }
    if (this.#tokens < size) await this.#wait(((size - this.#tokens) / bytesPerSecond) * 1000, signal);
    this.#tokens -= size;
    const first = lines[0];
    if (this.#skipped === 0 || first === undefined) return lines;
    const mark = { ...first, text: `… ${this.#skipped} lines skipped` };
    this.#skipped = 0;
    return [mark, ...lines];
  }

  #refill(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(bytesPerSecond, this.#tokens + ((nowMs - this.#atMs) / 1000) * bytesPerSecond);
    this.#atMs = nowMs;
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(ms, resolve);
      const giveUp = (): void => {
        timer.cancel();
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
    this.#refill();
  }
}
