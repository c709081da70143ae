import type { RunKind } from './pod-plan.ts';

const kinds: ReadonlyMap<string, RunKind> = new Map(
  (
    [
      'job',
      'service',
      'notifier',
      'cleaner',
      'tuner',
      'tfjob',
      'pytorchjob',
      'mpijob',
      'raycluster',
      'daskcluster',
    ] as const
  ).map((kind) => [kind, kind]),
);

/** A runtime of a sealed spec as a kind that is planned; null: it is none of them, as the parents of other runs. */
export function toRunKind(runtime: string): RunKind | null {
  return kinds.get(runtime) ?? null;
}
