import { type Principal, writerOf } from '../domain/access/principal.ts';
import { wrongProjectName } from '../domain/names.ts';
import { invalid } from '../domain/refusal.ts';
import { stopRun } from '../domain/runs/actions.ts';
import type { Listed, Page, Project, ProjectPatch } from '../ports/project-store.ts';
import { changeRun } from './act-on-run.ts';
import { finishDeletions } from './delete-run.ts';
import { needOrganisation, needProject, needUser } from './need.ts';
import type { World } from './world.ts';

const taken = () => invalid('projects/taken', 'name', 'project with this name already exists.');

function checkName(name: string): void {
  const wrong = wrongProjectName(name);
  if (wrong !== null) throw invalid('projects/bad-name', 'name', wrong);
}

/** Makes a project in an organisation; any member may, and becomes its admin. */
export async function createProject(
  world: World,
  principal: Principal,
  owner: string,
  project: ProjectPatch & { name: string },
): Promise<Project> {
  const organisation = await needOrganisation(world, principal, owner, 'read');
  checkName(project.name);
  const made = await world.projects.create(needUser(principal).id, organisation, project);
  if (made === null) throw taken();
  return made;
}

/** The projects of an organisation that the caller may see, newest change first. */
export async function listProjects(
  world: World,
  principal: Principal,
  owner: string,
  page: Page,
): Promise<Listed<Project>> {
  await needOrganisation(world, principal, owner, 'read');
  return world.projects.list(needUser(principal).id, owner, page);
}

export async function getProject(world: World, principal: Principal, owner: string, name: string): Promise<Project> {
  return needProject(world, principal, owner, name, 'read');
}

/** Changes a project; its admins may. Gives it as it is afterwards. */
export async function patchProject(
  world: World,
  principal: Principal,
  owner: string,
  name: string,
  patch: ProjectPatch,
): Promise<Project> {
  const project = await needProject(world, principal, owner, name, 'administer');
  if (patch.name !== undefined) checkName(patch.name);
  if ((await world.projects.patch(project.id, patch)) === 'taken') throw taken();
  return needProject(world, principal, owner, patch.name ?? name, 'read');
}

const batch = 100;

/** Stops and deletes every run of a project and then the project. Begun again, it goes on where it was. */
export async function deleteProject(world: World, principal: Principal, owner: string, name: string): Promise<void> {
  const project = await needProject(world, principal, owner, name, 'administer');
  const writer = writerOf(principal);
  for (;;) {
    const live = await world.runs.list(
      project.id,
      [{ kind: 'in', field: 'live_state', values: ['-1'], isNegated: true }],
      [],
      { limit: batch, offset: 0 },
    );
    for (const run of live.items) {
      const found = { projectId: project.id, run: { ...run, content: null, rawContent: null } };
      await changeRun(world, found, (state) => stopRun(state, writer));
      await world.runs.markDeleted(run.id, writer);
    }
    if (live.items.length < batch) break;
  }
  await finishDeletions(world);
  await world.projects.remove(project.id);
}
