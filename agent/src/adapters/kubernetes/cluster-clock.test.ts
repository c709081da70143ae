import assert from 'node:assert/strict';
import { fakeClock } from '../../testing/fake-clock.ts';
import { ClusterClock } from './cluster-clock.ts';

const minutes = 60_000;

describe('the time of the cluster', () => {
  it('is the own time until an answer says otherwise, and where the seconds agree', () => {
    const own = fakeClock();
    const clock = new ClusterClock(own);
    assert.equal(clock.nowMs(), own.nowMs());
    clock.learn(own.nowMs() - 999);
    assert.equal(clock.nowMs(), own.nowMs());
  });

  for (const skewMs of [-10 * minutes, 10 * minutes])
    it(`follows the answers when the own clock is wrong by ${skewMs / minutes} minutes`, async () => {
      const own = fakeClock();
      const clock = new ClusterClock(own);
      clock.learn(own.nowMs() - skewMs);
      const atMs = clock.nowMs();
      assert.ok(Math.abs(atMs - (own.nowMs() - skewMs)) <= 1_000, `${atMs}`);
      await own.advance(5_000);
      // The part of a second that a date does not say makes no time jump.
      clock.learn(own.nowMs() - skewMs + 700);
      assert.equal(clock.nowMs(), atMs + 5_000);
      assert.equal(clock.toOwnMs(clock.nowMs()), own.nowMs());
    });

  it('is the own time again once somebody has set it right', () => {
    const own = fakeClock();
    const clock = new ClusterClock(own);
    clock.learn(own.nowMs() - 10 * minutes);
    clock.learn(own.nowMs());
    assert.equal(clock.nowMs(), own.nowMs());
  });
});
