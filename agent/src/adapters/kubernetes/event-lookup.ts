import type { EventView } from '../../observe/run-view.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ApiClient } from './api-client.ts';
import { toEvent } from './read-objects.ts';

/** How long what was read counts, in ms. */
const freshMs = 10_000;
/** Events of a namespace that are read at most. */
const pageSize = 500;
const mostPages = 10;

/**
 * Warnings of a namespace, by what they are about. An API server has no index over events: whoever asks for those of one
 * object makes it read all of them. So all are read together, and not often, however many runs are stuck.
 */
export class EventLookup {
  readonly #client: ApiClient;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #read = new Map<
    string,
    { readonly atMs: number; readonly events: Promise<ReadonlyMap<string, readonly EventView[]>> }
  >();

  constructor(client: ApiClient, clock: Pick<Clock, 'monotonicMs'>) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Warnings about these objects, as they were at most a few seconds ago. Throws `ApiProblem`. */
  async about(namespace: string, uids: readonly string[]): Promise<readonly EventView[]> {
    const nowMs = this.#clock.monotonicMs();
    let read = this.#read.get(namespace);
    if (read === undefined || nowMs - read.atMs > freshMs) {
      read = { atMs: nowMs, events: this.#readAll(namespace) };
      this.#read.set(namespace, read);
      // A failure is told to those who wait for it; the next one asks again.
      read.events.catch(() => this.#read.delete(namespace));
    }
    const events = await read.events;
    return uids.flatMap((uid) => events.get(uid) ?? []);
  }

  async #readAll(namespace: string): Promise<ReadonlyMap<string, readonly EventView[]>> {
    const found = new Map<string, EventView[]>();
    let next = '';
    for (let page = 0; page < mostPages; page += 1) {
      const query = new URLSearchParams({ fieldSelector: 'type=Warning', limit: String(pageSize) });
      if (next !== '') query.set('continue', next);
      const { items, metadata } = await this.#client.call<{
        readonly metadata?: { readonly continue?: string };
        readonly items: readonly unknown[];
      }>({ path: `/api/v1/namespaces/${namespace}/events?${query}` });
      for (const item of items) {
        const event = toEvent(item);
        if (event === null) continue;
        const known = found.get(event.about);
        if (known === undefined) found.set(event.about, [event]);
        else known.push(event);
      }
      next = metadata?.continue ?? '';
      if (next === '') break;
    }
    return found;
  }
}
