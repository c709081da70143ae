import type { AgentSession } from './agent-session.ts';

/** The sessions that this replica holds, by agent. A newer session of an agent takes the place of the older. */
export class LiveSessions {
  readonly #sessions = new Set<AgentSession>();

  add(session: AgentSession): void {
    this.#sessions.add(session);
  }

  remove(session: AgentSession): void {
    this.#sessions.delete(session);
  }

  /** The open session of an agent here, or null. */
  of(agentId: number): AgentSession | null {
    for (const session of this.#sessions) if (session.agentId === agentId && session.isOpen) return session;
    return null;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Asks every agent to dial again, because this replica goes away. */
  drain(reason: string): void {
    for (const session of this.#sessions) session.drain(reason);
  }

  closeAll(): void {
    for (const session of [...this.#sessions]) session.close();
  }
}
