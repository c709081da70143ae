import type { Listed, Page } from './project-store.ts';

export interface Agent {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: 'offline' | 'online' | 'silent';
  readonly liveState: number;
  readonly version: string | null;
  readonly capacity: number;
  readonly kinds: readonly string[];
  readonly namespaces: readonly string[];
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Queue {
  readonly uuid: string;
  readonly agent: string;
  readonly name: string;
  readonly priority: number;
  readonly concurrency: number | null;
  readonly paused: boolean;
  readonly createdAt: string;
}

/** Name, kind, tags and description: all that ever leaves the cluster (trust.md 2.1). */
export interface Connection {
  readonly agent: string;
  readonly name: string;
  readonly kind: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** Agents of an organisation with what they reported: queues and connections. */
export interface AgentStore {
  list(organisationId: number, page: Page): Promise<Listed<Agent>>;
  find(organisationId: number, uuid: string): Promise<Agent | null>;
  /** Makes the agent and its queue `default` (decisions.md 32). Null when a live agent has the name. */
  create(organisationId: number, agent: { name: string; description: string | null }): Promise<Agent | null>;
  /** A token of one use. Those that were not used are dropped, so that only the newest one works. */
  addEnrolment(agentId: number, hash: Uint8Array, validSeconds: number): Promise<string>;
  /** Ends its keys and its open enrolments; its runs stay as they are. False when it is gone already. */
  revoke(agentId: number): Promise<boolean>;
  queues(organisationId: number, page: Page): Promise<Listed<Queue>>;
  connections(organisationId: number, page: Page): Promise<Listed<Connection>>;
}
