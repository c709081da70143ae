import type { Clock } from '../ports/clock.ts';
import type { Vitals } from '../ports/vitals.ts';
import type { SessionState } from '../session/session-options.ts';
import type { Health } from './judge.ts';

/** Keeps what the parts of the agent tell, and gives it as it is at the moment of a look. */
export interface VitalsRecord extends Vitals {
  now(): Health;
}

/** `elects`: several processes may be this agent, and one of them leads. */
export function recordVitals(clock: Pick<Clock, 'monotonicMs'>, elects: boolean): VitalsRecord {
  let isEnding = false;
  let isSynced = false;
  let session: SessionState['kind'] = 'idle';
  let leaseReadAtMs: number | null = null;
  let holds: (() => boolean) | null = null;
  /** When each collection should have given its next sign. */
  const dueAtMs = new Map<string, number>();

  const lead = (): Health['lead'] => {
    if (!elects) return { kind: 'alone' };
    if (holds !== null) return { kind: 'leads', holds: holds() };
    return { kind: 'waits', readAgoMs: leaseReadAtMs === null ? null : clock.monotonicMs() - leaseReadAtMs };
  };

  return {
    leaseRead: () => {
      leaseReadAtMs = clock.monotonicMs();
    },
    leads: (given) => {
      holds = given;
    },
    synced: () => {
      isSynced = true;
    },
    session: ({ kind }) => {
      session = kind;
    },
    followed: (collection, pauseMs) => dueAtMs.set(collection, clock.monotonicMs() + pauseMs),
    ending: () => {
      isEnding = true;
    },
    now: () => ({
      isEnding,
      lead: lead(),
      isSynced,
      session,
      lateMs: Math.max(0, ...[...dueAtMs.values()].map((due) => clock.monotonicMs() - due)),
    }),
  };
}
