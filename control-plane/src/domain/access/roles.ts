export type OrganisationRole = 'owner' | 'admin' | 'member';
export type ProjectRole = 'viewer' | 'member' | 'admin';

/** What somebody wants with a project: look, run things, or change the project itself. */
export type ProjectRight = 'read' | 'write' | 'administer';

const rights: Readonly<Record<ProjectRole, readonly ProjectRight[]>> = {
  viewer: ['read'],
  member: ['read', 'write'],
  admin: ['read', 'write', 'administer'],
};

/** What the database knows about a user and a project. Null: no such membership. */
export interface Membership {
  readonly organisation: OrganisationRole | null;
  readonly project: ProjectRole | null;
  readonly isPublic: boolean;
}

/**
 * The role of a user in a project (decisions.md 31): owners and admins of the organisation administer every project,
 * members have what the project gives them, and a public project is readable by every member of its organisation.
 * Null: for this user the project does not exist.
 */
export function roleIn(membership: Membership): ProjectRole | null {
  switch (membership.organisation) {
    case null:
      return null;
    case 'owner':
    case 'admin':
      return 'admin';
    case 'member':
      return membership.project ?? (membership.isPublic ? 'viewer' : null);
  }
}

export function mayInProject(role: ProjectRole, right: ProjectRight): boolean {
  return rights[role].includes(right);
}

/** Agents, queues and members are the business of owners and admins; every member may see them. */
export function mayAdministerOrganisation(role: OrganisationRole): boolean {
  return role === 'owner' || role === 'admin';
}
