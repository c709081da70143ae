import type { Log } from '../../ports/log.ts';
import type { WatchEnd } from '../../ports/metrics.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, isCode } from './api-problem.ts';
import { type KubeObject, versionOf } from './read-objects.ts';

export interface ListWatchOptions {
  readonly client: ApiClient;
  /** Path of the collection, such as `/api/v1/namespaces/runs/pods`. */
  readonly path: string;
  readonly labelSelector: string;
  /** Turns an object into what is kept; done at once, so that the whole object can go. */
  readonly onObject: (object: KubeObject) => void;
  readonly onDeleted: (object: KubeObject) => void;
  /** A whole list was read, as it was at a version: whatever is older and not in it (by uid) is gone. */
  readonly onListed: (uids: ReadonlySet<string>, version: bigint) => void;
  /** The collection cannot be read: forbidden, or its kind is not there any more. Tried again later. */
  readonly onRefused?: (problem: ApiProblem) => void;
  readonly log: Log;
  /** A watch that ended is opened anew, or its collection is listed anew. */
  readonly onRestart?: (why: WatchEnd) => void;
  /** Something was listed, told or failed: the loop turns, and waits at most so long before it goes on, in ms. */
  readonly onTurn?: (pauseMs: number) => void;
  /** From 0 to 1, to spread the ends of watches. */
  readonly unit: () => number;
  /** No data for so long, bookmarks included, and the watch counts as dead, in ms; missing: the usual time. */
  readonly silenceMs?: number;
}

const pageSize = 500;
/** The usual limit: the API server sends a bookmark every minute (agent-and-kubernetes.md 7, row 6). */
const usualSilenceMs = 6 * 60_000;
/** A fresh list from time to time, as a net (same place). */
const relistMs = 10 * 60_000;
const firstDelayMs = 250;
const longestDelayMs = 30_000;
/** A watch that ends sooner without a word has not worked. */
const shortestWatchMs = 1_000;

/**
 * Follows one collection: list, then watch from the list's version, for ever. An end of a watch is normal and says nothing
 * about any run; after "too old" (410, as an answer or as an event) the list is read anew and what is missing is told.
 * Whatever goes wrong, it goes on: after a pause that grows until a watch works again, and not before the API server wants
 * it. Ends when `signal` aborts.
 */
export async function listAndWatch(options: ListWatchOptions, signal: AbortSignal): Promise<void> {
  const failures = { ofList: 0, ofWatch: 0 };
  const rest = async (ms: number): Promise<void> => {
    options.onTurn?.(ms);
    await delay(ms, signal);
  };
  options.onTurn?.(0);
  while (!signal.aborted) {
    let version: string | null = null;
    try {
      version = await list(options, signal);
      failures.ofList = 0;
      const listedAt = process.hrtime.bigint();
      while (!signal.aborted && ageMs(listedAt) < relistMs) {
        const watched = await watch(options, version, signal);
        if (!signal.aborted) options.onRestart?.(watched.end);
        failures.ofWatch = watched.hasWorked ? 0 : failures.ofWatch + 1;
        if (!watched.hasWorked) await rest(backoffMs(failures.ofWatch, options.unit));
        version = watched.version;
      }
    } catch (error) {
      if (signal.aborted) return;
      const count = version === null ? ++failures.ofList : ++failures.ofWatch;
      if (version !== null) options.onRestart?.(isCode(error, 410) ? 'expired' : 'failed');
      // The first "too old" is what a new list is for; a server that says nothing else is not asked without a pause.
      if (isCode(error, 410) && version !== null && count === 1) continue;
      tell(error, options);
      const wantedMs = error instanceof ApiProblem ? (error.retryAfterMs ?? 0) : 0;
      await rest(Math.max(wantedMs, backoffMs(count, options.unit)));
    }
  }
}

/** Something that is no answer of a server is a bug of ours: it is told as one, and the collection is read anew. */
function tell(error: unknown, { log, path, onRefused }: ListWatchOptions): void {
  if (error instanceof ApiProblem) {
    if (error.code === 403 || error.code === 404) onRefused?.(error);
    log.warn({ path, code: error.code, problem: error.message }, 'a collection of the cluster cannot be followed');
  } else {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ path, problem }, 'an object of the cluster could not be read, which is a bug');
  }
}

const ageMs = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e6;

function backoffMs(failures: number, unit: () => number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures, 10)) * (0.5 + unit() / 2);
}

interface ListPage {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

/** Reads the whole collection, page by page; gives the version to watch from. */
async function list(options: ListWatchOptions, signal: AbortSignal): Promise<string> {
  const uids = new Set<string>();
  let next = '';
  for (;;) {
    const query = new URLSearchParams({ labelSelector: options.labelSelector, limit: String(pageSize) });
    if (next !== '') query.set('continue', next);
    const page = await options.client.call<ListPage>({ path: `${options.path}?${query}`, signal });
    options.onTurn?.(0);
    // Items of a list do not say their kind.
    const kind = page.kind?.replace(/List$/, '') ?? '';
    const apiVersion = page.apiVersion ?? '';
    for (const item of page.items) {
      uids.add(item.metadata.uid ?? '');
      options.onObject({ ...item, kind, apiVersion });
    }
    next = page.metadata.continue ?? '';
    if (next !== '') continue;
    options.onListed(uids, versionOf(page));
    return page.metadata.resourceVersion;
  }
}

interface Watched {
  /** The version reached. */
  readonly version: string;
  /** It told something, or it was open for a while. */
  readonly hasWorked: boolean;
  readonly end: WatchEnd;
}

/** Follows from a version until the server ends it. Throws 410 where the list must be read anew. */
async function watch(options: ListWatchOptions, from: string, signal: AbortSignal): Promise<Watched> {
  const query = new URLSearchParams({
    labelSelector: options.labelSelector,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: from,
    timeoutSeconds: String(Math.round(240 + options.unit() * 60)),
  });
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener('abort', end, { once: true });
  const watchdog = setTimeout(end, options.silenceMs ?? usualSilenceMs);
  const openedAt = process.hrtime.bigint();
  let version = from;
  let isSilent = false;
  try {
    const answer = await options.client.stream({ path: `${options.path}?${query}`, signal: over.signal });
    for await (const line of uncut(lines(answer))) {
      watchdog.refresh();
      options.onTurn?.(0);
      const event = parseEvent(line);
      if (event.type === 'ERROR')
        throw new ApiProblem(event.object.code ?? 500, '', event.object.message ?? 'the watch failed');
      if (event.type === 'DELETED') options.onDeleted(event.object);
      else if (event.type !== 'BOOKMARK') options.onObject(event.object);
      version = event.object.metadata.resourceVersion ?? version;
    }
  } catch (error) {
    // Nothing came for too long: go on from where we are.
    if (!(error instanceof ApiProblem && error.code === 0 && over.signal.aborted)) throw error;
  } finally {
    isSilent = over.signal.aborted;
    clearTimeout(watchdog);
    signal.removeEventListener('abort', end);
    over.abort();
  }
  return {
    version,
    hasWorked: version !== from || ageMs(openedAt) >= shortestWatchMs,
    end: isSilent ? 'silent' : 'ended',
  };
}

interface WatchEvent {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

function parseEvent(line: string): WatchEvent {
  try {
    return JSON.parse(line) as WatchEvent;
  } catch {
    throw new ApiProblem(0, 'Unreadable', 'the watch sent something that is no JSON');
  }
}

/** A stream whose other end goes away in the middle ends; what follows after it is read by the next watch. */
async function* uncut(stream: AsyncIterable<string>): AsyncIterable<string> {
  const reading = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await reading.next().catch((error: unknown) => {
        if (error instanceof Error && 'code' in error) return { done: true as const, value: undefined };
        throw error;
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await reading.return?.();
  }
}

/** Lines of a stream of bytes, as text. */
export async function* lines(stream: AsyncIterable<unknown>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of stream) {
    rest += decoder.decode(part as Uint8Array, { stream: true });
    let at = rest.indexOf('\n');
    let from = 0;
    while (at >= 0) {
      if (at > from) yield rest.slice(from, at);
      from = at + 1;
      at = rest.indexOf('\n', from);
    }
    rest = rest.slice(from);
  }
  if (rest !== '') yield rest;
}

async function delay(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
