import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Value } from '../values/value.ts';
import { nextScheduleAt, type SchedulePast } from './next-schedule-at.ts';
import { scheduleProblem } from './schedule-problem.ts';

const created = '2026-01-02T03:04:05Z';
const none: SchedulePast = { createdAt: created, lastAt: null, runsSoFar: 0 };

function next(section: Readonly<Record<string, Value>>, past: Partial<SchedulePast> = {}): string {
  const tick = nextScheduleAt(new Map(Object.entries(section)), { ...none, ...past });
  return tick.kind === 'at' ? tick.at : 'over';
}

type Case = readonly [string, Readonly<Record<string, Value>>, Partial<SchedulePast>, string];
const daily = { kind: 'cron', cron: '0 0 * * *' };
const hourly = { kind: 'interval', frequency: 3600 };
const start = '2026-01-05T00:00:00+00:00';

const cases: readonly Case[] = [
  ['cron: the first tick after the creation', daily, {}, '2026-01-03T00:00:00+00:00'],
  [
    'cron: the start itself is the first one',
    { ...daily, startAt: '2026-02-01T05:00:00+00:00' },
    {},
    '2026-02-01T05:00:00+00:00',
  ],
  [
    'cron: strictly after the last one',
    daily,
    { lastAt: '2026-01-03T00:00:00+00:00', runsSoFar: 1 },
    '2026-01-04T00:00:00+00:00',
  ],
  [
    'cron: a last one with an offset',
    daily,
    { lastAt: '2026-01-03T01:00:00+01:00', runsSoFar: 1 },
    '2026-01-04T00:00:00+00:00',
  ],
  ['cron: an alias', { kind: 'cron', cron: '@yearly' }, {}, '2027-01-01T00:00:00+00:00'],
  ['cron: all runs were made', { ...daily, maxRuns: 3n }, { lastAt: start, runsSoFar: 3 }, 'over'],
  ['cron: one run is left', { ...daily, maxRuns: 3n }, { lastAt: start, runsSoFar: 2 }, '2026-01-06T00:00:00+00:00'],
  ['cron: the end itself counts', { ...daily, endAt: '2026-01-03T00:00:00+00:00' }, {}, '2026-01-03T00:00:00+00:00'],
  ['cron: the end is before the next one', { ...daily, endAt: '2026-01-02T23:59:59+00:00' }, {}, 'over'],
  ['interval: the start itself', { ...hourly, startAt: start }, {}, start],
  ['interval: one step after the creation', hourly, {}, '2026-01-02T04:04:05+00:00'],
  [
    'interval: the first multiple after the last',
    { ...hourly, startAt: start },
    { lastAt: '2026-01-05T02:30:00Z', runsSoFar: 3 },
    '2026-01-05T03:00:00+00:00',
  ],
  [
    'interval: exactly on a multiple',
    { ...hourly, startAt: start },
    { lastAt: '2026-01-05T02:00:00Z', runsSoFar: 3 },
    '2026-01-05T03:00:00+00:00',
  ],
  [
    'interval: fractions of a second',
    { kind: 'interval', frequency: 0.25, startAt: start },
    { lastAt: start, runsSoFar: 1 },
    '2026-01-05T00:00:00.250000+00:00',
  ],
  [
    'interval: a duration that came out of a template',
    { kind: 'interval', frequency: 'PT90S' },
    {},
    '2026-01-02T03:05:35+00:00',
  ],
  ['interval: after the end', { ...hourly, startAt: start, endAt: start }, { lastAt: start, runsSoFar: 1 }, 'over'],
  ['interval: beyond all dates', { kind: 'interval', frequency: 1e300 }, {}, 'over'],
  [
    'interval: less than a clock can tell apart',
    { kind: 'interval', frequency: 1e-12 },
    {},
    '2026-01-02T03:04:05.000001+00:00',
  ],
  ['datetime: its time', { kind: 'datetime', startAt: '2026-03-01T12:00:00+02:00' }, {}, '2026-03-01T10:00:00+00:00'],
  [
    'datetime: a day that came out of a template',
    { kind: 'datetime', startAt: '2026-03-01' },
    {},
    '2026-03-01T00:00:00+00:00',
  ],
  ['datetime: once only', { kind: 'datetime', startAt: start }, { lastAt: start, runsSoFar: 1 }, 'over'],
  ['no kind', { startAt: 3n }, {}, 'over'],
];

describe('nextScheduleAt', () => {
  for (const [name, section, past, expected] of cases) it(name, () => assert.equal(next(section, past), expected));

  it('goes on strictly upwards and ends after maxRuns', () => {
    const section = fc.oneof(
      fc
        .constantFrom('*/7 * * * *', '@hourly', '0 3 L * *', '15 10 * * mon')
        .map((cron): Record<string, Value> => ({ kind: 'cron', cron })),
      fc
        .double({ min: 0.001, max: 1e6, noNaN: true })
        .map((frequency): Record<string, Value> => ({ kind: 'interval', frequency })),
    );
    fc.assert(
      fc.property(
        section,
        fc.option(fc.constant(start)),
        fc.integer({ min: 1, max: 20 }),
        (given, startAt, maxRuns) => {
          const full = { ...given, startAt, maxRuns: BigInt(maxRuns) };
          const times: string[] = [];
          for (;;) {
            const at = next(full, { lastAt: times.at(-1) ?? null, runsSoFar: times.length });
            if (at === 'over') break;
            const last = times.at(-1);
            assert.ok(last === undefined || micro(at) > micro(last), `${last} then ${at}`);
            times.push(at);
          }
          assert.equal(times.length, maxRuns);
          assert.ok(startAt === null || times[0] === startAt);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Sortable: the times of one schedule are all in UTC, with or without microseconds. */
function micro(text: string): string {
  return text.includes('.') ? text : text.replace('+', '.000000+');
}

describe('scheduleProblem', () => {
  const refused: readonly (readonly [Readonly<Record<string, Value>>, string])[] = [
    [{ kind: 'cron', cron: 'bad cron' }, 'sanitize/bad-cron'],
    [{ kind: 'cron', cron: '0 0 * * *', startAt: 'soon' }, 'sanitize/wrong-type'],
    [{ kind: 'interval', frequency: 0 }, 'sanitize/wrong-type'],
    [{ kind: 'datetime' }, 'sanitize/missing-field'],
    [{ kind: 'cron', cron: '0 0 * * *', maxRuns: 0n }, 'sanitize/wrong-type'],
  ];
  for (const [section, code] of refused)
    it(`refuses ${String(section['kind'])} with ${code}`, () =>
      assert.equal(scheduleProblem(new Map(Object.entries(section)))?.code, code));

  it('has nothing to say about what can be used', () =>
    assert.equal(scheduleProblem(new Map(Object.entries({ ...hourly, startAt: start }))), undefined));
});
