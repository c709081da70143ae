import assert from 'node:assert/strict';
import { fakeClock } from '../testing/fake-clock.ts';
import { recordVitals } from './record-vitals.ts';

describe('vitals', () => {
  it('of an agent of one machine have nobody to lead', () => {
    const vitals = recordVitals(fakeClock(), false);
    assert.deepEqual(vitals.now(), {
      isEnding: false,
      lead: { kind: 'alone' },
      isSynced: false,
      session: 'idle',
      lateMs: 0,
    });
    vitals.synced();
    vitals.session({ kind: 'waiting', delayMs: 1, because: 'x' });
    vitals.ending();
    const { isSynced, session, isEnding } = vitals.now();
    assert.deepEqual({ isSynced, session, isEnding }, { isSynced: true, session: 'waiting', isEnding: true });
  });

  it('of a replica know how old its look at the lease is, and later whether it holds it', async () => {
    const clock = fakeClock();
    const vitals = recordVitals(clock, true);
    assert.deepEqual(vitals.now().lead, { kind: 'waits', readAgoMs: null });
    vitals.leaseRead();
    await clock.advance(2_000);
    assert.deepEqual(vitals.now().lead, { kind: 'waits', readAgoMs: 2_000 });
    let holds = true;
    vitals.leads(() => holds);
    assert.deepEqual(vitals.now().lead, { kind: 'leads', holds: true });
    holds = false;
    assert.deepEqual(vitals.now().lead, { kind: 'leads', holds: false });
  });

  it('are as late as the latest of what is followed, beyond the pause that it announced', async () => {
    const clock = fakeClock();
    const vitals = recordVitals(clock, true);
    vitals.followed('pods', 0);
    vitals.followed('jobs', 5_000);
    assert.equal(vitals.now().lateMs, 0);
    await clock.advance(7_000);
    assert.equal(vitals.now().lateMs, 7_000);
    vitals.followed('pods', 0);
    assert.equal(vitals.now().lateMs, 2_000);
    vitals.followed('jobs', 60_000);
    assert.equal(vitals.now().lateMs, 0);
  });
});
