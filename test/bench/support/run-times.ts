import type pg from 'pg';

/** When runs went through their statuses, by the database's clock, in ms since 1970. */
export interface RunTimes {
  readonly createdMs: readonly number[];
  /** When each run was handed to its agent. */
  readonly scheduledMs: readonly number[];
  /** When the agent first told of it: its objects were there then. */
  readonly madeMs: readonly number[];
  readonly doneMs: readonly number[];
}

/** Waits until so many runs in all have a log entry of this status. Throws when nothing more comes for 30 s. */
export async function untilRunsReach(client: pg.Client, status: string, count: number): Promise<void> {
  const text = 'select count(distinct run_id) as n from run_log where status = $1';
  await untilCounted(client, { text, values: [status] }, count, `runs became ${status}`);
}

/** Waits until so many commands in all were answered: the objects of those runs are there. Throws as `untilRunsReach`. */
export async function untilAnswered(client: pg.Client, count: number): Promise<void> {
  const text = 'select count(*) as n from agent_commands where acked_at is not null';
  await untilCounted(client, { text }, count, 'commands were answered');
}

async function untilCounted(client: pg.Client, query: pg.QueryConfig, count: number, what: string): Promise<void> {
  let reached = -1;
  let movedMs = performance.now();
  while (reached < count) {
    const { rows } = await client.query<{ n: string }>(query);
    const now = Number(rows[0]?.n ?? 0);
    if (now > reached) movedMs = performance.now();
    else if (performance.now() - movedMs > 30_000) throw new Error(`only ${now} of ${count} ${what}`);
    reached = now;
    if (reached < count) await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** The times of all runs of a database whose id is above this one, in the order of their ids; and the highest id. */
export async function runTimes(client: pg.Client, afterId: number): Promise<RunTimes & { readonly lastId: number }> {
  const { rows } = await client.query<{
    id: string;
    created: number;
    scheduled: number | null;
    made: number | null;
    done: number | null;
  }>(
    `select r.id, extract(epoch from r.created_at)::float8 * 1000 as created,
       extract(epoch from r.finished_at)::float8 * 1000 as done,
       (select extract(epoch from min(l.at))::float8 * 1000 from run_log l
        where l.run_id = r.id and l.status = 'scheduled') as scheduled,
       (select extract(epoch from min(l.at))::float8 * 1000 from run_log l
        where l.run_id = r.id and l.status in ('starting', 'running', 'succeeded')) as made
     from runs r where r.id > $1 order by r.id`,
    [afterId],
  );
  return {
    createdMs: rows.map((row) => row.created),
    scheduledMs: rows.flatMap((row) => (row.scheduled === null ? [] : [row.scheduled])),
    madeMs: rows.flatMap((row) => (row.made === null ? [] : [row.made])),
    doneMs: rows.flatMap((row) => (row.done === null ? [] : [row.done])),
    lastId: Number(rows.at(-1)?.id ?? afterId),
  };
}
