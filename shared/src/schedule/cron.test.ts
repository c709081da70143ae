import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readJson } from '../source/json.ts';
import { toValue } from '../values/from-node.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { type Cron, readCron } from './cron.ts';
import { cronProblem } from './cron-problem.ts';
import { nextTick } from './next-tick.ts';

const read = readJson({
  name: 'cron.json',
  text: readFileSync(join(import.meta.dirname, 'cases/cron.cases.json'), 'utf8'),
});
assert.ok(read.ok);
const file = toValue(read.value);

function itemsOf(key: string): readonly Value[] {
  const list = file !== null && isMap(file) ? (file.get(key) ?? null) : null;
  assert.ok(list !== null && isList(list) && list.length > 0);
  return list;
}

function cronOf(text: string): Cron {
  const cron = readCron(text);
  if ('fault' in cron) throw new Error(`${text}: ${cron.fault}`);
  return cron;
}

/** The ticks after a time, as `2026-01-31T10:00:00Z`. */
function ticks(text: string, after: string, count: number): readonly string[] {
  const cron = cronOf(text);
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    const next = nextTick(cron, at);
    assert.ok(next !== undefined);
    found.push(new Date(next).toISOString().replace('.000Z', 'Z'));
    at = next;
  }
  return found;
}

describe('cron', () => {
  for (const each of itemsOf('cases')) {
    assert.ok(each !== null && isMap(each));
    const [cron, after, next] = [String(each.get('cron')), String(each.get('after')), each.get('next') ?? null];
    it(`"${cron}" ticks after ${after}`, () => {
      assert.ok(next !== null && isList(next));
      assert.deepEqual(ticks(cron, after, next.length), next);
    });
  }

  for (const text of itemsOf('invalid'))
    it(`refuses "${String(text)}"`, () => assert.ok(cronProblem(String(text)) !== undefined));

  for (const [alias, text] of aliasPairs()) {
    it(`${alias} is "${text}"`, () => assert.deepEqual(readCron(alias), readCron(text)));
  }

  const same: readonly (readonly [string, string])[] = [
    ['0 0 * * fri-mon', '0 0 * * 0,1,5,6'],
    ['0 0 * * 5-7', '0 0 * * 0,5,6'],
    ['0 22-1 * * *', '0 22,23,0,1 * * *'],
    ['50/5 * * * *', '50,55 * * * *'],
    ['0 0 ? * ?', '0 0 * * *'],
    ['0 0 * JAN-Mar SUN', '0 0 * 1-3 7'],
    [' 0  0 * * * ', '0 0 * * *'],
    ['0 0 * * 1/2', '0 0 * * 1,3,5'],
  ];
  for (const [left, right] of same)
    it(`"${left}" is "${right}"`, () => {
      const [one, other] = [cronOf(left), cronOf(right)];
      for (const key of ['minutes', 'hours', 'days', 'months', 'weekdays'] as const)
        assert.deepEqual([...one[key]].sort(), [...other[key]].sort(), key);
    });

  it('takes the last day of months of each length', () =>
    assert.deepEqual(ticks('0 6 L * *', '2027-12-31T06:00:00Z', 4), [
      '2028-01-31T06:00:00Z',
      '2028-02-29T06:00:00Z',
      '2028-03-31T06:00:00Z',
      '2028-04-30T06:00:00Z',
    ]));

  const everyDay = ['2027-05-21T06:00:00Z', '2027-05-22T06:00:00Z', '2027-05-23T06:00:00Z'];
  for (const text of ['0 6 13 * 0-7', '0 6 */2 * 1-7', '0 6 1-31 * 1', '0 6 30 2-6 */1'])
    it(`takes "${text}" as two day fields, though one of them names every day`, () =>
      assert.deepEqual(ticks(text, '2027-05-20T18:00:00Z', 3), everyDay));

  for (const text of ['0 6 * * 1', '0 6 ? * 1'])
    it(`takes "${text}" as one day field`, () =>
      assert.deepEqual(ticks(text, '2027-05-20T18:00:00Z', 2), ['2027-05-24T06:00:00Z', '2027-05-31T06:00:00Z']));

  it('finds 29 February over a century without it', () =>
    assert.deepEqual(ticks('0 0 29 2 *', '2096-03-01T00:00:00Z', 1), ['2104-02-29T00:00:00Z']));

  const refused: readonly (readonly [string, RegExp])[] = [
    ['0 0 30 2 *', /no month/],
    ['0 0 31 4,6,9,11 *', /no month/],
    ['0 0 * *', /4 fields/],
    ['0 0 * * * *', /6 fields/],
    ['60 * * * *', /"60" is no minute \(0 to 59\)/],
    ['0 0 0 * *', /"0" is no day of month/],
    ['0 0 * 13 *', /month/],
    ['0 0 * * 8', /day of week/],
    ['0 0 * * moon', /"moon" is no day of week/],
    ['*/0 * * * *', /step of the minute/],
    ['@never', /aliases/],
    ['? * * * *', /minute/],
    ['L 0 * * *', /minute/],
    ['1,,2 * * * *', /minute/],
    ['*-3 * * * *', /minute/],
    ['-1 * * * *', /minute/],
    ['1.5 * * * *', /minute/],
  ];
  for (const [text, why] of refused) it(`refuses "${text}"`, () => assert.match(cronProblem(text) ?? '', why));

  it('takes 30 February when a day of the week is named too, since either counts', () =>
    assert.equal(cronProblem('0 0 30 2 1'), undefined));

  it('never misses a minute that matches, and never gives another one', () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 0, max: 4_000_000 }), (text, minutes) => {
        const cron = readCron(text);
        fc.pre(!('fault' in cron));
        const after = Date.UTC(2026, 0, 1) + minutes * 60_000;
        const next = nextTick(cron, after);
        assert.ok(next !== undefined && next > after && matches(text, cron, next), text);
        // A few thousand minutes are looked at one by one; a longer wait is checked at its end only.
        const end = Math.min(next, after + 3000 * 60_000);
        for (let at = after + 60_000; at < end; at += 60_000)
          assert.ok(!matches(text, cron, at), `${text} at ${new Date(at).toISOString()}`);
      }),
      { numRuns: 150 },
    );
  });

  it('answers any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void readCron(text)));
    assert.match(cronProblem(`${'1,'.repeat(200_000)}x * * * *`) ?? '', /minute/);
  });
});

const field = (high: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    fc.constant(`1-${high}`),
    fc.integer({ min: 1, max: high }).map(String),
    fc.integer({ min: 1, max: high }).map((step) => `*/${step}`),
    fc.tuple(fc.integer({ min: 1, max: high }), fc.integer({ min: 1, max: high })).map(([from, to]) => `${from}-${to}`),
    fc.array(fc.integer({ min: 1, max: high }), { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
  );
const expression = fc.tuple(field(59), field(23), field(31), field(12), field(7)).map((parts) => parts.join(' '));

/** The rule itself, one minute at a time. */
function matches(text: string, cron: Cron, time: number): boolean {
  const date = new Date(time);
  const [, , inMonthText, , inWeekText] = text.split(' ');
  const [inMonth, inWeek] = [cron.days.has(date.getUTCDate()), cron.weekdays.has(date.getUTCDay())];
  const isDay = inMonthText !== '*' && inWeekText !== '*' ? inMonth || inWeek : inMonth && inWeek;
  return (
    isDay &&
    time % 60_000 === 0 &&
    cron.months.has(date.getUTCMonth() + 1) &&
    cron.hours.has(date.getUTCHours()) &&
    cron.minutes.has(date.getUTCMinutes())
  );
}

function aliasPairs(): readonly (readonly [string, string])[] {
  const presets = file !== null && isMap(file) ? (file.get('presets') ?? null) : null;
  assert.ok(presets !== null && isMap(presets) && presets.size === 6);
  return [...presets].map(([alias, text]) => [alias, String(text)]);
}
