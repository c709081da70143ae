import { type RawBuilder, sql } from 'kysely';
import type { Run } from '../../domain/runs/run.ts';
import type { RunCondition, RunFilter, RunSort } from '../../domain/runs/run-query.ts';
import type { Listed, Page } from '../../ports/project-store.ts';
import type { Db } from './db.ts';
import { type RunRow, runColumns, runTables, toRun } from './run-rows.ts';

/** One page of a project's runs, with the count of all that match. */
export async function listRuns(
  db: Db,
  projectId: number,
  filter: RunFilter,
  sort: readonly RunSort[],
  page: Page,
): Promise<Listed<Run>> {
  const where = sql.join([sql`r.project_id = ${projectId}`, ...filter.map(toSql)], sql` and `);
  const { rows: counted } = await sql<{ readonly count: number }>`
    select count(*) as count from runs r where ${where}`.execute(db);
  const count = counted[0]?.count ?? 0;
  if (count === 0) return { count, items: [] };
  // The id makes the order total, so that no run is on two pages.
  const order = sql.join([...sort.map(toOrder), sql`r.id desc`]);
  const { rows } = await sql<RunRow>`
    select ${runColumns} from ${runTables} where ${where}
    order by ${order} limit ${page.limit} offset ${page.offset}`.execute(db);
  return { count, items: rows.map(toRun) };
}

function toOrder(sort: RunSort): RawBuilder<unknown> {
  // `field` is one of a closed list (run-query.ts), never text of a request.
  return sql`${sql.ref(`r.${sort.field}`)} ${sort.isDescending ? sql`desc nulls last` : sql`asc nulls last`}`;
}

function toSql(condition: RunCondition): RawBuilder<unknown> {
  const column = sql.ref(`r.${condition.field}`);
  switch (condition.kind) {
    case 'in':
      return negated(
        condition.isNegated,
        sql`coalesce(${asText(condition.field)} = any(${[...condition.values]}::text[]), false)`,
      );
    case 'like':
      return negated(condition.isNegated, sql`coalesce(${asText(condition.field)} ilike ${condition.pattern}, false)`);
    case 'null':
      return condition.isNegated ? sql`${column} is not null` : sql`${column} is null`;
    case 'compare':
      return sql`${column} ${sql.raw(condition.operator)} ${condition.at}::timestamptz`;
  }
}

function asText(field: string): RawBuilder<unknown> {
  if (field === 'uuid') return sql`replace(r.uuid::text, '-', '')`;
  return field === 'live_state' ? sql`r.live_state::text` : sql.ref(`r.${field}`);
}

function negated(isNegated: boolean, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return isNegated ? sql`not (${condition})` : condition;
}
