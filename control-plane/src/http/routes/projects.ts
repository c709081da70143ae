import { z } from 'zod';
import type { Project } from '../../ports/project-store.ts';
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  patchProject,
} from '../../usecases/manage-projects.ts';
import { listBody, listOf, listQuery, namesQuery, pageOf } from '../paging.ts';
import { empty, made, ok, type Route, route } from '../route.ts';

const projectShape = z
  .object({
    uuid: z.string(),
    owner: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    readme: z.string().nullable().optional(),
    tags: z.array(z.string()),
    created_at: z.string(),
    updated_at: z.string(),
    is_public: z.boolean(),
    live_state: z.number().int(),
    role: z.string(),
  })
  .meta({ id: 'Project' });

const fields = z.object({
  name: z.string().optional(),
  description: z.string().max(4096).nullish(),
  readme: z.string().max(1_000_000).nullish(),
  tags: z.array(z.string().max(256)).max(256).nullish(),
  is_public: z.boolean().nullish(),
});
type Fields = z.output<typeof fields>;

function patchOf(body: Fields) {
  return {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.readme === undefined ? {} : { readme: body.readme }),
    ...(body.tags == null ? {} : { tags: body.tags }),
    ...(body.is_public == null ? {} : { isPublic: body.is_public }),
  };
}

function projectJson(project: Project): Record<string, unknown> {
  return {
    uuid: project.uuid,
    owner: project.owner,
    name: project.name,
    description: project.description,
    tags: project.tags,
    created_at: project.createdAt,
    updated_at: project.updatedAt,
    is_public: project.isPublic,
    live_state: project.liveState,
    role: project.role,
  };
}

const detailJson = (project: Project): object => ({ ...projectJson(project), readme: project.readme });

const change = (method: 'patch' | 'put'): Route =>
  route({
    method,
    path: '/api/v1/{owner}/{project}',
    id: `${method}Project`,
    says: 'Changes a project.',
    access: 'token',
    body: fields,
    answers: { status: 200, schema: projectShape },
    handle: async ({ world, principal, params, body }) =>
      ok(detailJson(await patchProject(world, principal, params.owner, params.project, patchOf(body)))),
  });

/** Projects of an organisation. */
export const projectRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/api/v1/{owner}/projects/create',
    id: 'createProject',
    says: 'A new project.',
    access: 'token',
    body: fields.extend({ name: z.string() }),
    answers: { status: 201, schema: projectShape },
    handle: async ({ world, principal, params, body }) =>
      made(detailJson(await createProject(world, principal, params.owner, { ...patchOf(body), name: body.name }))),
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/projects/list',
    id: 'listProjects',
    says: 'Projects that the caller may see, newest change first.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(projectShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const listed = await listProjects(call.world, call.principal, call.params.owner, page);
      return ok(listBody(listed, page, call, projectJson));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/projects/names',
    id: 'listProjectNames',
    says: 'Names of the projects that the caller may see.',
    access: 'token',
    query: namesQuery,
    answers: { status: 200, schema: listOf(z.object({ name: z.string() })) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const listed = await listProjects(call.world, call.principal, call.params.owner, page);
      return ok(listBody(listed, page, call, ({ name }) => ({ name })));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}',
    id: 'getProject',
    says: 'A project.',
    access: 'token',
    answers: { status: 200, schema: projectShape },
    handle: async ({ world, principal, params }) =>
      ok(detailJson(await getProject(world, principal, params.owner, params.project))),
  }),
  change('patch'),
  change('put'),
  route({
    method: 'delete',
    path: '/api/v1/{owner}/{project}',
    id: 'deleteProject',
    says: 'Stops and deletes the runs of a project, and the project.',
    access: 'token',
    answers: { status: 204, schema: null },
    handle: async ({ world, principal, params }) => {
      await deleteProject(world, principal, params.owner, params.project);
      return empty(204);
    },
  }),
];
