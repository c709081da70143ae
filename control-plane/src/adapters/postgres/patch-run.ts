import { sql } from 'kysely';
import type { Listed, Page } from '../../ports/project-store.ts';
import type { RunArtifact, RunPatch } from '../../ports/run-store.ts';
import type { Db } from './db.ts';
import { storable } from './json-text.ts';

/**
 * Changes the fields of a run that its owner may change. With `isMerge` maps and tags grow in the database itself, so
 * that patches that arrive together lose nothing (rest-api-and-clients.md 8, trap 11). The version stays: no status moves.
 */
export async function patchRun(db: Db, projectId: number, uuid: string, patch: RunPatch): Promise<boolean> {
  const { isMerge } = patch;
  const tags = patch.tags === undefined ? null : JSON.stringify(patch.tags.map(storable));
  const map = (column: 'inputs' | 'outputs' | 'meta_info', value: string | undefined) =>
    sql`${sql.ref(column)} = case when ${value ?? null}::jsonb is null then ${sql.ref(column)}
      when ${isMerge}::boolean then ${sql.ref(column)} || ${value ?? null}::jsonb else ${value ?? null}::jsonb end`;
  const text = (column: 'name' | 'description' | 'readme', value: string | null | undefined) =>
    sql`${sql.ref(column)} = case when ${value !== undefined}::boolean
      then ${value == null ? null : storable(value)}::text else ${sql.ref(column)} end`;
  const { rows } = await sql`
    update runs set ${text('name', patch.name)}, ${text('description', patch.description)}, ${text('readme', patch.readme)},
      ${map('inputs', patch.inputs)}, ${map('outputs', patch.outputs)}, ${map('meta_info', patch.metaInfo)},
      tags = case when ${tags}::jsonb is null then tags
        when ${isMerge}::boolean then tags || coalesce((select jsonb_agg(t order by n) from jsonb_array_elements(${tags}::jsonb)
          with ordinality as e (t, n) where not tags @> jsonb_build_array(t)), '[]')
        else ${tags}::jsonb end,
      updated_at = clock_timestamp()
    where project_id = ${projectId} and uuid = ${uuid}::uuid returning id`.execute(db);
  return rows.length === 1;
}

/** Artifacts of a run by name. */
export async function listArtifacts(db: Db, runId: number, page: Page): Promise<Listed<RunArtifact>> {
  const { count } = await db
    .selectFrom('run_artifacts')
    .where('run_id', '=', runId)
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('run_artifacts')
    .where('run_id', '=', runId)
    .select(['name', 'kind', 'path', 'size', 'sha256', 'is_input as isInput'])
    .orderBy('name')
    .orderBy('is_input')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count, items: rows };
}

/** Adds artifacts or replaces those of the same name: trackers send them again and again. */
export async function putArtifacts(db: Db, runId: number, artifacts: readonly RunArtifact[]): Promise<void> {
  if (artifacts.length === 0) return;
  // The last one of a name counts; one statement may not touch a row twice.
  const unique = new Map(artifacts.map((each) => [`${each.isInput}/${each.name}`, each]));
  await db
    .insertInto('run_artifacts')
    .values(
      [...unique.values()].map((each) => ({
        run_id: runId,
        name: storable(each.name),
        kind: each.kind,
        path: storable(each.path),
        size: each.size,
        sha256: each.sha256,
        is_input: each.isInput,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'name', 'is_input']).doUpdateSet((e) => ({
        kind: e.ref('excluded.kind'),
        path: e.ref('excluded.path'),
        size: e.ref('excluded.size'),
        sha256: e.ref('excluded.sha256'),
      })),
    )
    .execute();
}
