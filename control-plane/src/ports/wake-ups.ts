/**
 * Hints that something changed, across all replicas. A hint may be lost, doubled or early: who gets one looks at the
 * database, and who gets none looks there every few seconds anyway (orchestration.md 0.4).
 *
 * Topics: `agent:<id>` (there may be work or commands for an agent), `run:<uuid>` (a run moved),
 * `session:<agentId>` (a session of it has begun: others are fenced), `revoked:<agentId>` (its sessions must end), `tokens` (forget what is known about access tokens).
 */
export interface WakeUps {
  /** Call it after the commit. Sending is collected, so it costs the caller nothing. */
  wake(topics: readonly string[]): void;
  /** Calls the listener on each hint; the answer takes it off again. Listeners must not throw. */
  on(topic: string, listener: () => void): () => void;
  close(): Promise<void>;
}
