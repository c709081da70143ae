import { canRunCluster } from './machine.ts';

/** Building the programs the first time takes minutes; a cluster of itself is up in seconds. */
export const startLimitMs = 45 * 60_000;

/**
 * Tests that need a cluster. Where the machine cannot run one they say so in a line and are left out; in CI (`CI` is set) that
 * is a failure, since there somebody relies on them.
 */
export function clusterSuite(title: string, body: () => void): void {
  const can = canRunCluster();
  if (can.can) {
    describe(title, body);
    return;
  }
  if (process.env['CI'] === undefined) {
    console.log(`left out: ${title}. ${can.missing}`);
    return;
  }
  describe(title, () => {
    it('has a machine that can run a cluster', () => {
      throw new Error(can.missing);
    });
  });
}
