import type { CullingSettings } from '../../compile/kubernetes/names.ts';
import type { Judgement } from '../../observe/judgement.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AttemptState } from './cluster-state.ts';
import { readyAddresses } from './forward-to-pod.ts';

/** Bounds of the pause between two questions, in ms; within them a quarter of what is allowed. */
const pauses = { least: 1_000, most: 60_000 } as const;

export interface CullingWorld {
  /** The cluster's time: services say theirs. */
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  /** When a pod says that it was used last, in ms since 1970; null: it does not say. */
  readonly ask: (host: string, port: number, paths: readonly string[]) => Promise<number | null>;
  readonly stop: (attempt: AttemptState, atMs: number) => Promise<void>;
}

/**
 * Stops a service that nobody has used for as long as it may be idle (agent-and-kubernetes.md 2.8). Its pods are asked now and
 * then; one that does not say counts as used, so that a mistake in the probe stops nothing. Gives the ms after which to look
 * again; null: there is nothing to look at.
 */
export function cullIdle({
  clock,
  ask,
  stop,
}: CullingWorld): (attempt: AttemptState, judgement: Judgement) => Promise<number | null> {
  const askedAtMs = new WeakMap<AttemptState, number>();

  const isIdle = async (
    hosts: readonly string[],
    { timeoutSeconds, port, paths }: CullingSettings,
  ): Promise<boolean> => {
    for (const host of hosts) {
      const usedAtMs = await ask(host, port, paths);
      if (usedAtMs === null || clock.nowMs() - usedAtMs < timeoutSeconds * 1000) return false;
    }
    return hosts.length > 0;
  };

  return async (attempt, { status }) => {
    const { culling } = attempt.settings;
    if (culling === undefined || status !== 'running') return null;
    const pauseMs = Math.min(pauses.most, Math.max(pauses.least, culling.timeoutSeconds * 250));
    const nowMs = clock.monotonicMs();
    const waitMs = (askedAtMs.get(attempt) ?? Number.NEGATIVE_INFINITY) + pauseMs - nowMs;
    if (waitMs > 0) return waitMs;
    askedAtMs.set(attempt, nowMs);
    if (await isIdle(readyAddresses([...attempt.pods.values()]), culling)) await stop(attempt, clock.nowMs());
    return pauseMs;
  };
}
