import type { Artifact } from '@tandem/proto';
import { sql } from 'kysely';
import type { Db } from './db.ts';

/** Records what runs left behind: names, sizes and digests, never bytes. Coming again, an artifact replaces itself. */
export async function recordArtifacts(
  tx: Db,
  found: readonly { readonly runId: number; readonly artifact: Artifact }[],
): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map(({ runId, artifact }) => ({
    run_id: runId,
    name: clean(artifact.name),
    kind: clean(artifact.kind),
    path: clean(artifact.path),
    size: Number(artifact.size),
    sha256: clean(artifact.sha256),
  }));
  await sql`
    insert into run_artifacts (run_id, name, kind, path, size, sha256)
    select distinct on (run_id, name) run_id, name, kind, path, size, sha256
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a (
      run_id bigint, name text, kind text, path text, size bigint, sha256 text
    )
    on conflict (run_id, name, is_input) do update set
      kind = excluded.kind, path = excluded.path, size = excluded.size, sha256 = excluded.sha256
  `.execute(tx);
}

/** What Postgres cannot store, or a name that is far too long, would fail the whole batch. */
const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, 1024);
