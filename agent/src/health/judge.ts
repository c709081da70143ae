import type { SessionState } from '../session/session-options.ts';

/** What is known of an agent's health at one moment. */
export interface Health {
  readonly isEnding: boolean;
  readonly lead: Lead;
  /** All that is there has been read once. */
  readonly isSynced: boolean;
  readonly session: SessionState['kind'];
  /** Ms since anything that is followed should have given a sign; 0: nothing is late. */
  readonly lateMs: number;
}

export type Lead =
  /** A machine's agent has its data folder for itself. */
  | { readonly kind: 'alone' }
  /** Another replica leads. `readAgoMs` since the lease was last read; null: not yet. */
  | { readonly kind: 'waits'; readonly readAgoMs: number | null }
  | { readonly kind: 'leads'; readonly holds: boolean };

/** What a probe is told. */
export interface Verdict {
  readonly ok: boolean;
  /** One sentence each; when all is well, one that says so. They hold nothing from outside. */
  readonly says: readonly string[];
}

/** A lease that was not read for so long says nothing any more: its own time (agent-and-kubernetes.md 4.3). */
const leaseIsOldMs = 15_000;
/** A collection without a sign for so long is followed by nobody (agent-and-kubernetes.md 4.10). */
const stuckMs = 10 * 60_000;

/**
 * Whether the process is worth keeping. Neither a control plane nor an API server that is away is a reason to start it anew: a
 * try that fails is a sign of life. That the event loop turns is shown by the answer being there in time.
 */
export function liveness({ isEnding, session, lateMs }: Health): Verdict {
  return verdict('It lives.', [
    isEnding && 'The process is ending.',
    session === 'refused' && refusedText,
    lateMs > stuckMs && 'A watch of the cluster gives no sign of life.',
  ]);
}

/**
 * Whether the agent does its work, or stands by for it. A replica that waits to lead is ready when it could take over: were it
 * not, a rollout would wait for ever for the pod that waits for the lease, and no node could be drained (ADR 25).
 */
export function readiness({ isEnding, lead, isSynced, session }: Health): Verdict {
  if (isEnding) return verdict('', ['The process is ending.']);
  if (lead.kind === 'waits') {
    const isKnown = lead.readAgoMs !== null && lead.readAgoMs <= leaseIsOldMs;
    return verdict('It stands by: another replica leads.', [!isKnown && 'The lease of the agent cannot be read.']);
  }
  return verdict('It works.', [
    lead.kind === 'leads' && !lead.holds && 'The lease could not be renewed, so nothing is changed in the cluster.',
    !isSynced && 'The runs that are there are not read yet.',
    session === 'refused' ? refusedText : session !== 'live' && 'There is no session with the control plane.',
  ]);
}

const refusedText = 'The control plane refused this agent: a person has to act.';

function verdict(fine: string, problems: readonly (string | false)[]): Verdict {
  const says = problems.filter((each) => each !== false);
  return says.length === 0 ? { ok: true, says: [fine] } : { ok: false, says };
}
