/** A cron expression as sets of numbers (orchestration.md 5.2). Times are UTC. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  /** The last day of the month is among the days. */
  readonly isLastDay: boolean;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Both day fields name days, so that either may match; `*` and `?` name none, but `1-31` and `0-7` do. */
  readonly isEitherDay: boolean;
}

/** What is wrong, as the end of a sentence. */
export interface CronFault {
  readonly fault: string;
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** After so many numbers it begins again; days of the week have two names for Sunday, 0 and 7. */
  readonly period: number;
  /** Words for the numbers from `low` on. */
  readonly words?: readonly string[];
  /** `?` stands for any value. */
  readonly hasAny?: boolean;
  /** `L` stands for the last one. */
  readonly hasLast?: boolean;
}

const monthWords = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayWords = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields = {
  minute: { name: 'minute', low: 0, high: 59, period: 60 },
  hour: { name: 'hour', low: 0, high: 23, period: 24 },
  day: { name: 'day of month', low: 1, high: 31, period: 31, hasAny: true, hasLast: true },
  month: { name: 'month', low: 1, high: 12, period: 12, words: monthWords },
  weekday: { name: 'day of week', low: 0, high: 7, period: 7, words: dayWords, hasAny: true },
} satisfies Record<string, Field>;

const aliases: ReadonlyMap<string, string> = new Map([
  ['@hourly', '0 * * * *'],
  ['@daily', '0 0 * * *'],
  ['@weekly', '0 0 * * 0'],
  ['@monthly', '0 0 1 * *'],
  ['@quarterly', '0 0 1 */3 *'],
  ['@yearly', '0 0 1 1 *'],
]);

/** Reads five fields or an alias; numbers, names, lists, ranges, steps, and `L` for the last day of the month. */
export function readCron(text: string): Cron | CronFault {
  const trimmed = text.trim();
  if (trimmed.startsWith('@') && !aliases.has(trimmed))
    return { fault: `the aliases are ${[...aliases.keys()].join(', ')}` };
  const parts = (aliases.get(trimmed) ?? trimmed).split(/\s+/).filter((part) => part !== '');
  if (parts.length !== 5) return { fault: `it has ${parts.length} fields; 5 were expected` };
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  const minutes = readField(minute, fields.minute);
  if ('fault' in minutes) return minutes;
  const hours = readField(hour, fields.hour);
  if ('fault' in hours) return hours;
  const days = readField(day, fields.day);
  if ('fault' in days) return days;
  const months = readField(month, fields.month);
  if ('fault' in months) return months;
  const weekdays = readField(weekday, fields.weekday);
  if ('fault' in weekdays) return weekdays;
  const cron: Cron = {
    minutes: minutes.values,
    hours: hours.values,
    days: days.values,
    isLastDay: days.isLast,
    months: months.values,
    weekdays: new Set([...weekdays.values].map((each) => each % 7)),
    isEitherDay: !isAny(day) && !isAny(weekday),
  };
  return isEver(cron) ? cron : { fault: 'no month that it names has such a day' };
}

function isAny(field: string): boolean {
  return field === '*' || field === '?';
}

interface FieldValues {
  readonly values: ReadonlySet<number>;
  readonly isLast: boolean;
}

function readField(text: string, field: Field): FieldValues | CronFault {
  const values = new Set<number>();
  let isLast = false;
  for (const part of text.toLowerCase().split(',')) {
    if (part === 'l' && field.hasLast === true) {
      isLast = true;
      continue;
    }
    const range = readRange(part, field);
    if ('fault' in range) return range;
    // A range that leads over the end, such as `fri-mon`, goes on at the beginning.
    const last = range.from <= range.to ? range.to : range.to + field.period;
    for (let at = range.from; at <= last; at += range.step) values.add(at <= field.high ? at : at - field.period);
  }
  return { values, isLast };
}

function readRange(
  part: string,
  field: Field,
): { readonly from: number; readonly to: number; readonly step: number } | CronFault {
  const match = /^(\*|\?|[0-9a-z]+)(?:-([0-9a-z]+))?(?:\/([0-9]{1,3}))?$/.exec(part);
  const fault = { fault: `"${part.slice(0, 20)}" is no ${field.name} (${field.low} to ${field.high})` };
  if (match === null) return fault;
  const [, first = '', second, stepText] = match;
  const step = Number(stepText ?? 1);
  const end = field.low + field.period - 1;
  if (step < 1) return { fault: `the step of the ${field.name} must be at least 1` };
  if (first === '*' || first === '?') {
    if (second !== undefined || (first === '?' && field.hasAny !== true)) return fault;
    return { from: field.low, to: end, step };
  }
  const from = numberOf(first, field);
  // A step behind a single number goes on to the end.
  const to = second !== undefined ? numberOf(second, field) : stepText === undefined ? from : end;
  return from === undefined || to === undefined ? fault : { from, to, step };
}

function numberOf(text: string, field: Field): number | undefined {
  if (/^[0-9]{1,2}$/.test(text)) {
    const number = Number(text);
    return number >= field.low && number <= field.high ? number : undefined;
  }
  const at = field.words?.indexOf(text) ?? -1;
  return at < 0 ? undefined : at + field.low;
}

/** Whether there is a day at all: 30 February never comes (orchestration.md 5.2). */
function isEver({ days, isLastDay, months, isEitherDay }: Cron): boolean {
  if (isLastDay || isEitherDay) return true;
  const first = Math.min(...days);
  return [...months].some((month) => first <= (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31));
}
