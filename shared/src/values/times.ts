import { type Coerced, fits, unfit } from './coerced.ts';
import type { Value } from './value.ts';

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `date`: "YYYY-MM-DD", or a unix time on a day boundary; given as its ISO text. */
export function toDate(value: Value): Coerced {
  const expected = 'a date such as "2026-01-31"';
  if (typeof value === 'string') {
    const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T00:00:00(?:\.0+)?(?:Z|\+00:00)?)?$/.exec(value);
    return match !== null && isDay(match[1], match[2], match[3]) ? fits(value.slice(0, 10)) : unfit(expected);
  }
  const seconds = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isInteger(seconds) || seconds % 86_400 !== 0 || Math.abs(seconds) > 2e11) return unfit(expected);
  return fits(new Date(seconds * 1000).toISOString().slice(0, 10));
}

/** `datetime`: an ISO date, or date and time with an optional offset, given as written but with `T` between. */
export function toDatetime(value: Value): Coerced {
  const expected = 'a time such as "2026-01-31T08:00:00Z"';
  if (typeof value !== 'string') return unfit(expected);
  const match =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]{1,6})?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?)?$/.exec(
      value,
    );
  return match !== null && isDay(match[1], match[2], match[3]) ? fits(value.replace(' ', 'T')) : unfit(expected);
}

/** A time that `toDatetime` gives, as ISO 8601 with seconds and its offset; one without an offset is UTC (compiler.md 1.7). */
export function isoWithOffset(text: string): string {
  const time = text.length === 10 ? `${text}T00:00:00` : text.replace(' ', 'T');
  const full = /T\d{2}:\d{2}(?:$|Z|[-+])/.test(time) ? time.replace(/(T\d{2}:\d{2})/, '$1:00') : time;
  if (full.endsWith('Z')) return `${full.slice(0, -1)}+00:00`;
  const offset = /[-+]\d{2}:?\d{2}$/.exec(full.slice(10))?.[0];
  if (offset === undefined) return `${full}+00:00`;
  return offset.includes(':') ? full : `${full.slice(0, -2)}:${full.slice(-2)}`;
}

/** `timedelta`: seconds as a number, ISO 8601 ("PT1H"), or "HH:MM:SS"; given as seconds. */
export function toTimedelta(value: Value): Coerced {
  const expected = 'seconds as a number, or a duration such as "PT1H"';
  if (typeof value === 'number' || typeof value === 'bigint') return fits(Number(value));
  if (typeof value !== 'string') return unfit(expected);
  const clock = /^([-+])?([0-9]+):([0-5][0-9])(?::([0-5][0-9](?:\.[0-9]+)?))?$/.exec(value);
  if (clock !== null)
    return fits(
      (clock[1] === '-' ? -1 : 1) * (Number(clock[2]) * 3600 + Number(clock[3]) * 60 + Number(clock[4] ?? 0)),
    );
  const iso =
    /^([-+])?P(?!$)(?:([0-9]+)W)?(?:([0-9]+(?:\.[0-9]+)?)D)?(?:T(?!$)(?:([0-9]+(?:\.[0-9]+)?)H)?(?:([0-9]+(?:\.[0-9]+)?)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?$/.exec(
      value,
    );
  if (iso === null) return unfit(expected);
  const [, sign, weeks, daysText, hours, minutes, seconds] = iso;
  const total =
    Number(weeks ?? 0) * 604_800 +
    Number(daysText ?? 0) * 86_400 +
    Number(hours ?? 0) * 3600 +
    Number(minutes ?? 0) * 60 +
    Number(seconds ?? 0);
  return fits(sign === '-' ? -total : total);
}

function isDay(year: string | undefined, month: string | undefined, day: string | undefined): boolean {
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const length = month === '02' && leap ? 29 : (days[Number(month) - 1] ?? 0);
  return Number(day) >= 1 && Number(day) <= length;
}
