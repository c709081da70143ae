/**
 * What a run that has not started may wait for (orchestration.md 0.3, decisions.md 14). Each is one bit of `runs.gates`;
 * a set bit is a closed gate. Opening is idempotent and commutes, so a run starts when the last bit goes.
 */
export const gates = {
  schedule: 1,
  parent: 2,
  upstream: 4,
  event: 8,
  upload: 16,
  approval: 32,
  cache: 64,
  build: 128,
} as const;

export type Gate = keyof typeof gates;

const names = Object.keys(gates) as readonly Gate[];

/** The closed gates of a bitmap, in the order of the table. */
export function closedGates(bits: number): readonly Gate[] {
  return names.filter((name) => (bits & gates[name]) !== 0);
}

const pendingOrder = ['upload', 'approval', 'cache', 'build'] as const;

/** What the API shows as `pending`: the first closed gate that a client can act on; null if there is none. */
export function pendingOf(bits: number): (typeof pendingOrder)[number] | null {
  return pendingOrder.find((name) => (bits & gates[name]) !== 0) ?? null;
}
