import assert from 'node:assert/strict';
import { ago, span } from './times.ts';

describe('times', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, ''],
    [0.16, '0.2s'],
    [12.4, '12s'],
    [60, '1m'],
    [192, '3m 12s'],
    [7_260, '2h 1m'],
    [200_000, '2d 7h'],
  ];
  for (const [seconds, text] of cases) it(`${seconds} seconds are "${text}"`, () => assert.equal(span(seconds), text));

  it('a time that lies ahead, by a clock that is off, is now', () => {
    assert.equal(ago('2026-11-23T10:00:05Z', Date.parse('2026-11-23T10:00:00Z')), '0.0s');
  });
});
