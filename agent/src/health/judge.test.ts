import assert from 'node:assert/strict';
import { type Health, liveness, readiness, type Verdict } from './judge.ts';

const well: Health = {
  isEnding: false,
  lead: { kind: 'leads', holds: true },
  isSynced: true,
  session: 'live',
  lateMs: 0,
};
const lives = 'It lives.';
const ending = 'The process is ending.';
const refused = 'The control plane refused this agent: a person has to act.';
const stuck = 'A watch of the cluster gives no sign of life.';
const works = 'It works.';
const standsBy = 'It stands by: another replica leads.';
const noLease = 'The lease of the agent cannot be read.';
const doubts = 'The lease could not be renewed, so nothing is changed in the cluster.';
const unread = 'The runs that are there are not read yet.';
const noSession = 'There is no session with the control plane.';
const waits = (readAgoMs: number | null): Partial<Health> => ({
  lead: { kind: 'waits', readAgoMs },
  isSynced: false,
  session: 'idle',
});

/** Situation, then what keeps it from living and from being ready; empty: nothing. */
const cases: readonly (readonly [string, Partial<Health>, readonly string[], readonly string[]])[] = [
  ['a leader at work', {}, [], []],
  ['an agent of one machine at work', { lead: { kind: 'alone' } }, [], []],
  ['one that has just begun', { lead: { kind: 'alone' }, isSynced: false, session: 'idle' }, [], [unread, noSession]],
  ['a new leader that still reads', { isSynced: false }, [], [unread]],
  ['one that dials', { session: 'dialling' }, [], [noSession]],
  ['one whose control plane is away', { session: 'waiting' }, [], [noSession]],
  ['one that was refused for good', { session: 'refused' }, [refused], [refused]],
  ['a leader whose API server is away', { lead: { kind: 'leads', holds: false } }, [], [doubts]],
  [
    'a leader without anything',
    { lead: { kind: 'leads', holds: false }, isSynced: false, session: 'waiting' },
    [],
    [doubts, unread, noSession],
  ],
  ['a replica that stands by', waits(0), [], []],
  ['one that has read the lease just in time', waits(15_000), [], []],
  ['one that cannot read the lease any more', waits(15_001), [], [noLease]],
  ['one that has not read it yet', waits(null), [], [noLease]],
  ['one that ends', { isEnding: true, session: 'ended' }, [ending], [ending]],
  ['one that stands by and ends', { ...waits(0), isEnding: true }, [ending], [ending]],
  ['a watch that is late, but not too late', { lateMs: 600_000 }, [], []],
  ['a watch that nobody follows any more', { lateMs: 600_001 }, [stuck], []],
];

describe('health', () => {
  for (const [situation, given, deadBecause, unreadyBecause] of cases) {
    it(`of ${situation}`, () => {
      const health = { ...well, ...given };
      assert.deepEqual(liveness(health), verdict(deadBecause, lives));
      assert.deepEqual(readiness(health), verdict(unreadyBecause, health.lead.kind === 'waits' ? standsBy : works));
    });
  }
});

const verdict = (problems: readonly string[], fine: string): Verdict =>
  problems.length === 0 ? { ok: true, says: [fine] } : { ok: false, says: problems };
