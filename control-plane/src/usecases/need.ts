import type { Principal, UserPrincipal } from '../domain/access/principal.ts';
import { mayAdministerOrganisation, mayInProject, type ProjectRight } from '../domain/access/roles.ts';
import { readUuid } from '../domain/names.ts';
import { notFound, Refusal } from '../domain/refusal.ts';
import type { RunDetail } from '../domain/runs/run.ts';
import type { Organisation, Project } from '../ports/project-store.ts';
import type { World } from './world.ts';

/** A run as an address in a request. */
export interface RunAddress {
  readonly owner: string;
  readonly project: string;
  readonly uuid: string;
}

const notAllowed = (): Refusal =>
  new Refusal({ kind: 'not-allowed', message: 'You do not have permission to perform this action.' });

/** The person who asks. The token of a run is good for its own run only, and this is not about that. */
export function needUser(principal: Principal): UserPrincipal {
  if (principal.kind !== 'user') throw notAllowed();
  return principal;
}

/** The organisation, if the caller is a member; owners and admins only where it is to be changed. */
export async function needOrganisation(
  world: World,
  principal: Principal,
  owner: string,
  right: 'read' | 'administer',
): Promise<Organisation> {
  const found = await world.projects.organisation(needUser(principal).id, owner);
  if (found === null) throw notFound('Organization');
  if (right === 'administer' && !mayAdministerOrganisation(found.role)) throw notAllowed();
  return found;
}

/** The project, if the caller may do that with it. What the caller may not see is not found. */
export async function needProject(
  world: World,
  principal: Principal,
  owner: string,
  name: string,
  right: ProjectRight,
): Promise<Project> {
  const found = await world.projects.find(needUser(principal).id, owner, name);
  if (found === null) throw notFound('Project');
  if (!mayInProject(found.role, right)) throw notAllowed();
  return found;
}

/** A run that was found, and the project that bounds every further query about it. */
export interface FoundRun {
  readonly projectId: number;
  readonly run: RunDetail;
}

/**
 * The run at an address. With `own`, the run's own token is as good as a member's; otherwise it is refused like
 * everything that is not its run.
 */
export async function needRun(
  world: World,
  principal: Principal,
  address: RunAddress,
  right: 'read' | 'write' | 'own',
): Promise<FoundRun> {
  const uuid = readUuid(address.uuid);
  const projectId = await projectOf(world, principal, address, right);
  const run = uuid === null ? null : await world.runs.find(projectId, uuid);
  if (run === null) throw notFound('Run');
  return { projectId, run };
}

async function projectOf(
  world: World,
  principal: Principal,
  address: RunAddress,
  right: 'read' | 'write' | 'own',
): Promise<number> {
  if (principal.kind === 'user') {
    return (await needProject(world, principal, address.owner, address.project, right === 'own' ? 'write' : right)).id;
  }
  const isOwn =
    principal.runUuid === readUuid(address.uuid) &&
    principal.owner === address.owner &&
    principal.project === address.project;
  if (!isOwn) throw notFound('Run');
  if (right === 'write') throw notAllowed();
  return principal.projectId;
}
