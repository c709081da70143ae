import assert from 'node:assert/strict';
import { TurnPace } from './turn-pace.ts';

describe('the pace of turns', () => {
  /** When each turn began that was asked for at one of these times, or as soon as the one before had begun. */
  async function turnsAt(...askedMs: readonly number[]): Promise<readonly number[]> {
    let nowMs = 1_000;
    const pace = new TurnPace({
      nowMs: () => nowMs,
      after: (ms, action) => {
        nowMs += ms;
        action();
        return () => undefined;
      },
    });
    const began: number[] = [];
    for (const asked of askedMs) {
      nowMs = Math.max(nowMs, 1_000 + asked);
      await pace.turn();
      began.push(Math.round(nowMs - 1_000));
    }
    return began;
  }

  it('lets the first few begin at once', async () => {
    assert.deepEqual(await turnsAt(0, 1, 2, 3), [0, 1, 2, 3]);
  });

  it('lets 40 a second begin where they never end', async () => {
    const began = await turnsAt(...Array.from({ length: 44 }, () => 0));
    assert.deepEqual(began.slice(0, 6), [0, 0, 0, 0, 25, 50]);
    assert.equal(began.at(-1), 1_000);
  });

  it('lets as many begin at once again after a pause', async () => {
    const began = await turnsAt(0, 0, 0, 0, 0, 500, 500, 500, 500, 500);
    assert.deepEqual(began.slice(5), [500, 500, 500, 500, 525]);
  });

  it('does not wait for longer because the clock was set back', async () => {
    let nowMs = 1_000_000;
    let waitedMs = 0;
    const after = (ms: number, action: () => void): (() => void) => {
      waitedMs += ms;
      action();
      return () => undefined;
    };
    const pace = new TurnPace({ nowMs: () => nowMs, after });
    for (let turn = 0; turn < 4; turn += 1) await pace.turn();
    nowMs = 0;
    await pace.turn();
    assert.equal(waitedMs, 25);
  });
});
