import type { SessionState } from '../session/session-options.ts';

/** What the parts of an agent tell about its health as it happens; `health/judge.ts` says what it means. */
export interface Vitals {
  /** This process waits to lead, and has just read that another one does. */
  leaseRead(): void;
  /** It leads; `holds` says whether nobody else can lead now. */
  leads(holds: () => boolean): void;
  /** All that is there has been read once. */
  synced(): void;
  session(state: SessionState): void;
  /**
   * A collection of the cluster was listed, heard of, or failed: the loop that follows it turns. Its next sign may be
   * `pauseMs` late, since it waits.
   */
  followed(collection: string, pauseMs: number): void;
  /** The process is to end. */
  ending(): void;
}
