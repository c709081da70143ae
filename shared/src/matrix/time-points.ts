import { isoWithOffset } from '../values/times.ts';
import { arithmeticPoints } from './arithmetic-points.ts';

/** A finite list of texts, each made when it is asked for. */
export interface TextPoints {
  readonly count: number;
  at(index: number): string;
}

const day = 86_400_000;

/** The days from `start` to before `stop`, `step` days apart, as `YYYY-MM-DD` (orchestration.md 4.2). */
export function dayPoints(start: string, stop: string, step: number): TextPoints {
  const from = Date.parse(`${start}T00:00:00Z`);
  const to = Date.parse(`${stop}T00:00:00Z`);
  const points = arithmeticPoints(from / day, to / day, step);
  return { count: points.count, at: (index) => new Date(points.at(index) * day).toISOString().slice(0, 10) };
}

/**
 * The times from `start` to before `stop`, `step` seconds apart, written as `start` is: with its offset, or without one. A
 * time without an offset is UTC.
 */
export function timePoints(start: string, stop: string, step: number): TextPoints {
  const offset = /(?:Z|[-+]\d{2}:?\d{2})$/.exec(start.slice(10))?.[0] ?? '';
  const local = offset === '' ? start : start.slice(0, -offset.length);
  const from = secondsOf(local);
  const length = secondsOf(stop) - secondsOf(start);
  const points = arithmeticPoints(0, length, step);
  return { count: points.count, at: (index) => textOf(from + points.at(index)) + offset };
}

/** Seconds since 1970, with microseconds behind the point. */
function secondsOf(text: string): number {
  const iso = isoWithOffset(text);
  const fraction = /\.\d+/.exec(iso)?.[0] ?? '';
  return Date.parse(iso.replace(fraction, '')) / 1000 + Number(`0${fraction}`);
}

function textOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const micro = Math.round((seconds - whole) * 1e6);
  const [second, rest] = micro === 1e6 ? [whole + 1, 0] : [whole, micro];
  const text = new Date(second * 1000).toISOString().slice(0, 19);
  return rest === 0 ? text : `${text}.${String(rest).padStart(6, '0')}`;
}
