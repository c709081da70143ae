import type { Chance } from '../ports/clock.ts';

const shortestMs = 500;
const longestMs = 60_000;
/** After so long a healthy session the count of failures begins anew. */
export const healthyAfterMs = 60_000;

/**
 * How long to wait before dialling again: full jitter between nothing and 0.5 s · 2ⁿ, at most 60 s
 * (agent-and-kubernetes.md 4.3), so that a thousand agents do not come back in one second. What the control plane asked
 * for is the least, with jitter on top for the same reason.
 */
export function dialDelayMs(failures: number, retryAfterMs: number | null, chance: Chance): number {
  const ceiling = Math.min(longestMs, shortestMs * 2 ** Math.min(failures, 10));
  return Math.round((retryAfterMs ?? 0) + chance.unit() * ceiling);
}
