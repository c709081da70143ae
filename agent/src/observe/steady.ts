import type { Status } from '@tandem/shared/lifecycle';
import type { Judgement } from './judgement.ts';

/** How long a run that was up may show no pod that runs before that is told, in ms: a list of pods may be read before one of jobs. */
const holdMs = 2_000;
const up: ReadonlySet<Status> = new Set(['running', 'processing']);

/** What to tell instead of a judgement: a judgement, or nothing for so many ms. */
export type Told =
  | { readonly kind: 'tell'; readonly judgement: Judgement }
  | { readonly kind: 'hold'; readonly ms: number };

/**
 * After `running` a lower status comes only by way of `retrying` (agent-and-kubernetes.md 3.3): a pod that vanished is followed
 * by another try, or by the end of the run, which is often seen a moment later. Pure; `since` is when the run fell, null:
 * it has not before.
 */
export function steady(before: Status | null, judgement: Judgement, since: number | null, nowMs: number): Told {
  if (before === null || !up.has(before) || judgement.status !== 'starting') return { kind: 'tell', judgement };
  const leftMs = (since ?? nowMs) + holdMs - nowMs;
  if (leftMs > 0) return { kind: 'hold', ms: leftMs };
  const message = judgement.message === '' ? 'The pod is gone; another one is made.' : judgement.message;
  return { kind: 'tell', judgement: { ...judgement, status: 'retrying', reason: 'Retrying', message, againMs: 0 } };
}
