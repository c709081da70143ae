import { isoWithOffset, toDatetime, toTimedelta } from '../values/times.ts';
import type { Value, ValueMap } from '../values/value.ts';
import { readCron } from './cron.ts';
import { nextTick } from './next-tick.ts';

/** When the next child of a schedule starts, as ISO 8601 in UTC with its offset, or that there is none any more. */
export type NextTick = { readonly kind: 'at'; readonly at: string } | { readonly kind: 'over' };

/** What is known of a schedule's run: when it was made, for when its last child was meant, and how many it has. */
export interface SchedulePast {
  readonly createdAt: string;
  readonly lastAt: string | null;
  readonly runsSoFar: number;
}

const over: NextTick = { kind: 'over' };

/**
 * The next tick of a rendered schedule: `startAt` for the first child; else the next one strictly after the last child, or
 * after the creation when nothing says when to start. Over when `maxRuns` is reached or `endAt` has passed (compiler.md
 * 1.7, orchestration.md 5.2). A section that `scheduleProblem` refuses is over.
 */
export function nextScheduleAt(schedule: ValueMap, past: SchedulePast): NextTick {
  const kind = schedule.get('kind');
  const maxRuns = numberOf(schedule.get('maxRuns'));
  if (past.runsSoFar >= (kind === 'datetime' ? 1 : (maxRuns ?? Number.POSITIVE_INFINITY))) return over;
  const next = micros(nextOf(schedule, past));
  const endAt = timeOf(schedule.get('endAt'));
  if (next === undefined || (endAt !== undefined && next > endAt)) return over;
  return { kind: 'at', at: textOf(next) };
}

function nextOf(schedule: ValueMap, past: SchedulePast): number | undefined {
  const startAt = timeOf(schedule.get('startAt'));
  const lastAt = timeOf(past.lastAt);
  if (lastAt === undefined && startAt !== undefined) return startAt;
  const createdAt = timeOf(past.createdAt);
  const last = lastAt ?? createdAt;
  if (last === undefined) return undefined;
  const text = schedule.get('cron');
  if (schedule.get('kind') === 'cron' && typeof text === 'string') {
    const cron = readCron(text);
    const tick = 'fault' in cron ? undefined : nextTick(cron, last / 1000);
    return tick === undefined ? undefined : tick * 1000;
  }
  const frequency = secondsOf(schedule.get('frequency'));
  const from = startAt ?? createdAt;
  if (schedule.get('kind') !== 'interval' || frequency === undefined || from === undefined) return undefined;
  return afterLast(from, Math.max(1, Math.round(frequency * 1e6)), last);
}

/** The first multiple of the step after `from` that is strictly after `last`. */
function afterLast(from: number, step: number, last: number): number {
  const next = from + (Math.floor((last - from) / step) + 1) * step;
  return next > last ? next : next + step;
}

/** Microseconds that a date can have; undefined for all else. */
function micros(time: number | undefined): number | undefined {
  return time !== undefined && Math.abs(time) <= 8.64e18 && !Number.isNaN(new Date(time / 1000).getTime())
    ? time
    : undefined;
}

/** Microseconds since 1970 of a time as text; undefined when there is none. */
function timeOf(value: Value | undefined): number | undefined {
  const read = typeof value === 'string' ? toDatetime(value) : undefined;
  if (read?.ok !== true || typeof read.value !== 'string') return undefined;
  const iso = isoWithOffset(read.value);
  const fraction = /\.\d+/.exec(iso)?.[0] ?? '';
  return Date.parse(iso.replace(fraction, '')) * 1000 + Math.round(Number(`0${fraction}`) * 1e6);
}

function secondsOf(value: Value | undefined): number | undefined {
  const read = value === undefined || value === null ? undefined : toTimedelta(value);
  return read?.ok === true && typeof read.value === 'number' && read.value > 0 ? read.value : undefined;
}

function numberOf(value: Value | undefined): number | undefined {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
}

function textOf(time: number): string {
  const iso = new Date(Math.floor(time / 1e6) * 1000).toISOString().slice(0, -5);
  const rest = time - Math.floor(time / 1e6) * 1e6;
  return rest === 0 ? `${iso}+00:00` : `${iso}.${String(Math.round(rest)).padStart(6, '0')}+00:00`;
}
