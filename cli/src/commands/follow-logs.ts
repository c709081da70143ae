import type { Api } from '../client/api.ts';
import { readEvents } from '../client/event-stream.ts';
import { CliError, exitCodes } from '../exit-codes.ts';
import type { Streams } from '../print/output.ts';

export interface LogOptions {
  /** Only the last so many lines; 0 for all. */
  readonly tail: number;
  readonly timestamps: boolean;
}

interface LogLine {
  readonly timestamp: string;
  readonly value: string;
}

/** Prints what there is now. */
export async function printLogs(
  api: Api,
  uuid: string,
  options: LogOptions,
  streams: Streams,
  signal: AbortSignal,
): Promise<void> {
  await follow(api, uuid, { ...options, stay: false }, streams, signal);
}

/** Prints lines as they come, until the run has ended. A broken connection is taken up where it was. */
export async function followLogs(
  api: Api,
  uuid: string,
  options: LogOptions,
  streams: Streams,
  signal: AbortSignal,
): Promise<void> {
  await follow(api, uuid, { ...options, stay: true }, streams, signal);
}

async function follow(
  api: Api,
  uuid: string,
  options: LogOptions & { readonly stay: boolean },
  streams: Streams,
  signal: AbortSignal,
): Promise<void> {
  let cursor = '';
  for (let failures = 0; !signal.aborted; ) {
    try {
      const answer = await api.open(logsPath(api, uuid), {
        accept: 'text/event-stream',
        signal,
        query: {
          follow: String(options.stay),
          cursor: cursor === '' ? undefined : cursor,
          tail: cursor === '' && options.tail > 0 ? options.tail : undefined,
        },
      });
      if (answer.body === null) return;
      for await (const event of readEvents(answer.body)) {
        if (event.event === 'end') return;
        if (event.event === 'error')
          throw new CliError(exitCodes.unreachable, String(JSON.parse(event.data).message ?? 'The log stream broke.'));
        if (event.id !== '') cursor = event.id;
        failures = 0;
        printLines(JSON.parse(event.data) as { lines: readonly LogLine[] }, options, streams);
      }
      throw new CliError(exitCodes.unreachable, 'The log stream broke off before its end.', 'Try again in a moment.');
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const isOutage = !(error instanceof CliError) || error.exitCode === exitCodes.unreachable;
      if (!options.stay || !isOutage || failures >= 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * 2 ** failures)));
    }
  }
}

function logsPath(api: Api, uuid: string): string {
  return `/streams/v1/default/${api.project.owner}/${api.project.name}/runs/${uuid}/logs`;
}

function printLines(chunk: { readonly lines: readonly LogLine[] }, options: LogOptions, streams: Streams): void {
  for (const line of chunk.lines) streams.out(`${options.timestamps ? `${line.timestamp} ` : ''}${line.value}\n`);
}
