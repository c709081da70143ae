import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';
import { sqlState } from './db-error.ts';

/** From this use on of one connection, the server keeps the plan of a statement. */
const preparedFrom = 3;
/** Most texts that a connection counts, and so may prepare. Texts of searches differ without end. */
const mostTexts = 200;

/** What a pooler between us and the server causes when it hands a connection's statements to another one. */
const lostStatement = new Set(['26000', '42P05']);
/** "cached plan must not change result type": the tables were changed by a newer version beside us. */
const staleStatement = '0A000';

/**
 * A pool whose connections let the server keep the plans of statements that come again and again. Planning is most of what
 * our statements cost: with its plan kept, an admission takes a third of the time (`pnpm bench submit`).
 *
 * Names are for one connection and never used for another text. Where something between us and the server loses them, none
 * are used any more; `onLost` is told once.
 */
export function preparingPool(pool: pg.Pool, onLost: (error: Error) => void): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PreparingClient>();
  const shared: Shared = {
    isOn: true,
    lost: (error) => {
      if (shared.isOn) onLost(error);
      shared.isOn = false;
    },
  };
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      const known = clients.get(client) ?? new PreparingClient(client, shared);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

interface Shared {
  isOn: boolean;
  lost(error: Error): void;
}

class PreparingClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #shared: Shared;
  readonly #uses = new Map<string, { readonly name: string; count: number }>();
  #prepared = 0;

  constructor(client: pg.PoolClient, shared: Shared) {
    this.#client = client;
    this.#shared = shared;
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy);
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    first: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof first !== 'string') throw new Error('bug: nothing here reads by a cursor');
    return this.#send<R>(first, [...values]);
  }

  async #send<R>(text: string, values: unknown[]): Promise<PostgresQueryResult<R>> {
    const name = values.length > 0 && this.#shared.isOn ? this.#nameOf(text) : null;
    if (name === null) return this.#ask<R>({ text, values });
    try {
      return await this.#ask<R>({ name, text, values });
    } catch (error) {
      if (!(error instanceof Error) || !this.#isOfItsPlan(text, error)) throw error;
      // Nothing was done. Inside a transaction nothing more can be, and the first error says why.
      return this.#ask<R>({ text, values }).catch(() => Promise.reject(error));
    }
  }

  async #ask<R>(query: pg.QueryConfig): Promise<PostgresQueryResult<R>> {
    const result: unknown = await this.#client.query(query);
    // The driver's word for what was done is wider than Kysely's list of it.
    return result as PostgresQueryResult<R>;
  }

  /** Whether it is the kept statement that failed, and not what it says. */
  #isOfItsPlan(text: string, error: Error): boolean {
    const state = sqlState(error) ?? '';
    if (state === staleStatement) {
      // The next use gets a new name: the server has the old one still.
      this.#uses.delete(text);
      return true;
    }
    if (!lostStatement.has(state)) return false;
    this.#shared.lost(error);
    return true;
  }

  #nameOf(text: string): string | null {
    const known = this.#uses.get(text);
    if (known === undefined) {
      if (this.#uses.size < mostTexts) {
        this.#prepared += 1;
        this.#uses.set(text, { name: `tandem_${this.#prepared}`, count: 1 });
      }
      return null;
    }
    known.count += 1;
    return known.count >= preparedFrom ? known.name : null;
  }
}
