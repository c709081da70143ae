import type { ConditionView, PodView } from './run-view.ts';

export const isOver = (pod: PodView): boolean => pod.phase === 'Succeeded' || pod.phase === 'Failed';

export const isTrue = (conditions: readonly ConditionView[], type: string): ConditionView | undefined =>
  conditions.find((each) => each.type === type && each.isTrue);

/** The failed pod that was made last; null: none has failed. */
export function newestFailed(pods: readonly PodView[]): PodView | null {
  return pods
    .filter((pod) => pod.phase === 'Failed')
    .reduce<PodView | null>((last, pod) => (last === null || pod.createdAtMs >= last.createdAtMs ? pod : last), null);
}

/** The latest of some times; null: none is known. */
export function latest(times: readonly (number | null)[]): number | null {
  return times.reduce<number | null>((last, each) => (each !== null && each > (last ?? 0) ? each : last), null);
}
