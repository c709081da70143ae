import assert from 'node:assert/strict';
import { compiled, job, must, said } from './testing/harness.ts';

describe('children of a schedule', () => {
  const scheduled = (schedule: string, param: string): string =>
    job('[]', `params: {every: {value: ${param}, contextOnly: true}}\nschedule: ${schedule}\n`);
  const ticks = (yaml: string, facts = {}) =>
    [...(must(compiled(yaml, facts)).children ?? [])].map(({ scheduleAt }) => scheduleAt);

  it('are the next tick of what its templates give, and none when it is over', () => {
    const yaml = scheduled('{kind: cron, cron: "{{ every }}", maxRuns: 2}', '"0 8 * * *"');
    assert.deepEqual(ticks(yaml), ['2026-01-02T08:00:00+00:00']);
    const lastAt = '2026-01-02T08:00:00+00:00';
    assert.deepEqual(ticks(yaml, { schedule: { lastAt, runsSoFar: 1 } }), ['2026-01-03T08:00:00+00:00']);
    assert.deepEqual(ticks(yaml, { schedule: { lastAt, runsSoFar: 2 } }), []);
  });

  it('are refused where a template gives no schedule', () => {
    const cron = scheduled('{kind: cron, cron: "{{ every }}"}', '"0 99 * * *"');
    assert.deepEqual(said(compiled(cron)), ['sanitize/bad-cron @ 2:11']);
    const frequency = scheduled('{kind: interval, frequency: "{{ every }}"}', '-3');
    assert.deepEqual(said(compiled(frequency)), ['sanitize/wrong-type @ 2:11']);
  });
});
