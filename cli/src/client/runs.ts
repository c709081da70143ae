import { CliError, exitCodes } from '../exit-codes.ts';
import type { Api } from './api.ts';
import { readEvents } from './event-stream.ts';

/** A run as the interface gives it (rest-api-and-clients.md 1.20). */
export interface RunJson {
  readonly uuid: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly tags?: readonly string[] | null;
  readonly project?: string;
  readonly owner?: string;
  readonly user?: string | null;
  readonly kind?: string;
  readonly runtime?: string | null;
  readonly status: string;
  readonly pending?: string | null;
  readonly created_at?: string | null;
  readonly started_at?: string | null;
  readonly finished_at?: string | null;
  readonly wait_time?: number | null;
  readonly duration?: number | null;
  readonly inputs?: Readonly<Record<string, unknown>> | null;
  readonly outputs?: Readonly<Record<string, unknown>> | null;
  readonly content?: string | null;
  readonly meta_info?: Readonly<Record<string, unknown>> | null;
  readonly settings?: { readonly namespace?: string | null; readonly queue?: unknown; readonly agent?: unknown } | null;
}

export interface ConditionJson {
  readonly type: string;
  readonly reason?: string | null;
  readonly message?: string | null;
  readonly last_transition_time?: string | null;
  readonly last_update_time?: string | null;
}

export interface ListJson<T> {
  readonly count: number | null;
  readonly results: readonly T[];
}

const finals = new Set(['succeeded', 'failed', 'upstream_failed', 'stopped', 'skipped']);

export const isFinal = (status: string): boolean => finals.has(status);

/** How far back a prefix or a name is looked for. */
const reach = 100;

/**
 * Finds the uuid that a user means: all of it, a unique beginning of at least four digits, the name of a run, or `@last`.
 * Names and beginnings are looked for among the latest hundred runs of the project.
 */
export async function resolveRun(api: Api, text: string): Promise<string> {
  const plain = text.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(plain)) return plain;
  const limit = text === '@last' ? 1 : reach;
  const { results } = await api.json<ListJson<RunJson>>(`${api.projectPath}/runs`, {
    query: { limit, sort: '-created_at' },
  });
  const found =
    text === '@last'
      ? results
      : results.filter((run) => run.name === text || (/^[0-9a-f]{4,}$/.test(plain) && run.uuid.startsWith(plain)));
  const [first] = found;
  if (first === undefined) {
    throw new CliError(
      exitCodes.notFound,
      `No run "${text}" is among the latest ${reach} of ${api.context.project}.`,
      'See `tandem ops ls`, or give the whole id.',
    );
  }
  if (found.length > 1 && found.some((run) => run.uuid !== first.uuid) && first.name !== text) {
    throw new CliError(
      exitCodes.usage,
      `"${text}" is the beginning of ${found.length} runs.`,
      `Give one more digit: ${found.map((run) => run.uuid.slice(0, 8)).join(', ')}.`,
    );
  }
  return first.uuid;
}

/** Follows a run's status changes until it has ended; the stream is opened again when it breaks, so none is lost. */
export async function* watchRun(
  api: Api,
  uuid: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly status: string; readonly reason: string; readonly message: string }> {
  let lastId = '';
  for (let failures = 0; failures < 10 && !signal.aborted; failures += 1) {
    try {
      const answer = await api.open(`${api.projectPath}/runs/${uuid}/watch`, {
        accept: 'text/event-stream',
        signal,
        ...(lastId === '' ? {} : { headers: { 'last-event-id': lastId } }),
      });
      if (answer.body === null) return;
      for await (const event of readEvents(answer.body)) {
        if (event.event !== 'status') continue;
        lastId = event.id;
        failures = 0;
        const change = JSON.parse(event.data) as { status: string; condition?: ConditionJson };
        yield {
          status: change.status,
          reason: change.condition?.reason ?? '',
          message: change.condition?.message ?? '',
        };
        if (isFinal(change.status)) return;
      }
    } catch (error) {
      if (signal.aborted || (error instanceof CliError && error.exitCode !== exitCodes.unreachable)) throw error;
      // The connection broke or the server restarts: a moment, and on from where we were.
      await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * 2 ** failures)));
    }
  }
}
