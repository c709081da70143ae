const units: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
];

/** How long ago an ISO time was, in its two largest units: `3m 12s`. Empty for no time. */
export function ago(iso: string | null | undefined, nowMs: number): string {
  if (iso === null || iso === undefined || iso === '') return '';
  return span(Math.max(0, (nowMs - Date.parse(iso)) / 1000));
}

/** Seconds in their two largest units; below a minute with one decimal. Empty for no duration. */
export function span(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '';
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s`;
  const first = units.findIndex(([size]) => seconds >= size);
  const [large, largeName] = units[first] ?? [1, 's'];
  const [small, smallName] = units[first + 1] ?? [1, 's'];
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)}${largeName}${rest > 0 ? ` ${rest}${smallName}` : ''}`;
}
