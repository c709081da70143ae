import type { OrganisationRole, ProjectRole } from '../domain/access/roles.ts';

/** A project as one user may see it. */
export interface Project {
  readonly id: number;
  readonly uuid: string;
  readonly organisationId: number;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly readme: string | null;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
  readonly liveState: number;
  /** What to do with a literal that looks like a secret (decisions.md 34). */
  readonly secretLike: 'warn' | 'refuse';
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The asking user's role; never null in what a store gives out. */
  readonly role: ProjectRole;
}

export interface Organisation {
  readonly id: number;
  readonly name: string;
  readonly role: OrganisationRole;
}

export interface ProjectPatch {
  readonly name?: string;
  readonly description?: string | null;
  readonly readme?: string | null;
  readonly tags?: readonly string[];
  readonly isPublic?: boolean;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

export interface Listed<T> {
  readonly count: number;
  readonly items: readonly T[];
}

/** Organisations and projects, always through the eyes of one user: what the user may not see is not found. */
export interface ProjectStore {
  organisation(userId: number, owner: string): Promise<Organisation | null>;
  find(userId: number, owner: string, name: string): Promise<Project | null>;
  list(userId: number, owner: string, page: Page): Promise<Listed<Project>>;
  /** The maker becomes the project's admin. Null when a live project has the name. */
  create(userId: number, organisation: Organisation, project: ProjectPatch & { name: string }): Promise<Project | null>;
  /** `taken` when another live project has the new name. */
  patch(projectId: number, patch: ProjectPatch): Promise<'done' | 'taken'>;
  /** Marks it as going; its name is free again. */
  remove(projectId: number): Promise<void>;
}
