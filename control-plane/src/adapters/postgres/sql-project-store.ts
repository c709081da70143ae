import { sql } from 'kysely';
import { type OrganisationRole, type ProjectRole, roleIn } from '../../domain/access/roles.ts';
import type { Listed, Organisation, Page, Project, ProjectPatch, ProjectStore } from '../../ports/project-store.ts';
import type { Db } from './db.ts';
import { isTaken } from './db-error.ts';
import { hexUuid, readTexts, storable } from './json-text.ts';

/** Organisations and projects in Postgres or PGlite. What each method promises is said at the port. */
export function sqlProjectStore(db: Db): ProjectStore {
  return {
    organisation: (userId, owner) => organisation(db, userId, owner),
    find: (userId, owner, name) => findProject(db, userId, owner, name),
    list: (userId, owner, page) => listProjects(db, userId, owner, page),
    create: (userId, organisation, project) => createProject(db, userId, organisation, project),
    patch: (projectId, patch) => patchProject(db, projectId, patch),
    remove: async (projectId) => {
      await sql`update projects set live_state = -1, updated_at = clock_timestamp() where id = ${projectId}`.execute(
        db,
      );
    },
  };
}

async function organisation(db: Db, userId: number, owner: string): Promise<Organisation | null> {
  const row = await db
    .selectFrom('organisations as o')
    .innerJoin('organisation_members as m', 'm.organisation_id', 'o.id')
    .where('o.name', '=', owner)
    .where('m.user_id', '=', userId)
    .select(['o.id', 'o.name', 'm.role'])
    .executeTakeFirst();
  return row ?? null;
}

interface ProjectRow {
  readonly id: number;
  readonly uuid: string;
  readonly organisation_id: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly readme: string | null;
  readonly tags: string;
  readonly is_public: boolean;
  readonly live_state: number;
  readonly secret_like: 'warn' | 'refuse';
  readonly created_at: string;
  readonly updated_at: string;
  readonly organisation_role: OrganisationRole;
  readonly project_role: ProjectRole | null;
}

/** Live projects of organisations that the user is a member of, with both roles. Rows without a role are dropped by `toProject`. */
const visible = (userId: number) => sql`
  select p.id, p.uuid, p.organisation_id, o.name as owner, p.name, p.description, p.readme, p.tags, p.is_public,
    p.live_state, p.secret_like, p.created_at, p.updated_at, om.role as organisation_role, pm.role as project_role
  from projects p
  join organisations o on o.id = p.organisation_id
  join organisation_members om on om.organisation_id = o.id and om.user_id = ${userId}
  left join project_members pm on pm.project_id = p.id and pm.user_id = ${userId}
  where p.live_state >= 0`;

async function findProject(db: Db, userId: number, owner: string, name: string): Promise<Project | null> {
  const { rows } = await sql<ProjectRow>`
    ${visible(userId)} and o.name = ${owner} and p.name = ${name}`.execute(db);
  const row = rows[0];
  return row === undefined ? null : toProject(row);
}

async function listProjects(db: Db, userId: number, owner: string, page: Page): Promise<Listed<Project>> {
  // The same rule as `roleIn`, in SQL, since a page must be cut after it.
  const seen = sql`${visible(userId)} and o.name = ${owner}
    and (om.role in ('owner', 'admin') or pm.role is not null or p.is_public)`;
  const { rows: counted } = await sql<{ readonly count: number }>`select count(*) as count from (${seen}) s`.execute(
    db,
  );
  const { rows } = await sql<ProjectRow>`
    ${seen} order by p.updated_at desc, p.id desc limit ${page.limit} offset ${page.offset}`.execute(db);
  return { count: counted[0]?.count ?? 0, items: rows.map(toProject).filter((each) => each !== null) };
}

async function createProject(
  db: Db,
  userId: number,
  organisation: Organisation,
  project: ProjectPatch & { name: string },
): Promise<Project | null> {
  const { rows } = await sql`
    with p as (
      insert into projects (organisation_id, name, description, readme, tags, is_public)
      values (${organisation.id}, ${project.name}, ${clean(project.description)}, ${clean(project.readme)},
        ${JSON.stringify((project.tags ?? []).map(storable))}::jsonb, ${project.isPublic ?? false})
      on conflict (organisation_id, name) where live_state >= 0 do nothing returning id
    )
    insert into project_members (project_id, user_id, role) select id, ${userId}, 'admin' from p returning project_id`.execute(
    db,
  );
  return rows.length === 0 ? null : findProject(db, userId, organisation.name, project.name);
}

async function patchProject(db: Db, projectId: number, patch: ProjectPatch): Promise<'done' | 'taken'> {
  try {
    await db
      .updateTable('projects')
      .set({
        ...(patch.name === undefined ? {} : { name: patch.name }),
        ...(patch.description === undefined ? {} : { description: clean(patch.description) }),
        ...(patch.readme === undefined ? {} : { readme: clean(patch.readme) }),
        ...(patch.tags === undefined ? {} : { tags: JSON.stringify(patch.tags.map(storable)) }),
        ...(patch.isPublic === undefined ? {} : { is_public: patch.isPublic }),
        updated_at: sql<string>`clock_timestamp()`,
      })
      .where('id', '=', projectId)
      .execute();
    return 'done';
  } catch (error) {
    if (isTaken(error, 'projects_name')) return 'taken';
    throw error;
  }
}

function toProject(row: ProjectRow): Project | null {
  const role = roleIn({ organisation: row.organisation_role, project: row.project_role, isPublic: row.is_public });
  if (role === null) return null;
  return {
    id: row.id,
    uuid: hexUuid(row.uuid),
    organisationId: row.organisation_id,
    owner: row.owner,
    name: row.name,
    description: row.description,
    readme: row.readme,
    tags: readTexts(row.tags),
    isPublic: row.is_public,
    liveState: row.live_state,
    secretLike: row.secret_like,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    role,
  };
}

function clean(text: string | null | undefined): string | null {
  return text == null ? null : storable(text);
}
