import type { Cron } from './cron.ts';

const day = 86_400_000;

/** 29 February may be eight years away, when a century without a leap day lies between. */
const longestWait = 3000;

/**
 * The first time strictly after another one that a cron expression names; both in milliseconds since 1970, UTC. When both
 * day fields are restricted, either may match (orchestration.md 5.2). Undefined only beyond the range of dates.
 */
export function nextTick(cron: Cron, after: number): number | undefined {
  const times = [...cron.hours]
    .flatMap((hour) => [...cron.minutes].map((minute) => (hour * 60 + minute) * 60_000))
    .sort((left, right) => left - right);
  const first = Math.floor(after / day);
  for (let at = first; at <= first + longestWait; at++) {
    const date = new Date(at * day);
    if (Number.isNaN(date.getTime())) return undefined;
    if (!isDay(cron, date)) continue;
    const tick = times.find((time) => at * day + time > after);
    if (tick !== undefined) return at * day + tick;
  }
  return undefined;
}

function isDay(cron: Cron, date: Date): boolean {
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const isLast = cron.isLastDay && new Date(date.getTime() + day).getUTCDate() === 1;
  const inMonth = cron.days.has(date.getUTCDate()) || isLast;
  const inWeek = cron.weekdays.has(date.getUTCDay());
  return cron.isEitherDay ? inMonth || inWeek : inMonth && inWeek;
}
