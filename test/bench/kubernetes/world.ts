import type { Life } from '../../support/stack-process.ts';
import type { Bar, Report } from '../support/case.ts';
import { type Installation, startInstallation } from '../support/installation.ts';
import { type BenchCluster, runsNamespace } from '../support/kwok.ts';
import type { CommitClock, DurablePostgres } from '../support/postgres.ts';

/** What every part of the benchmark is given. */
export interface World {
  readonly postgres: DurablePostgres;
  readonly clock: CommitClock;
  readonly cluster: BenchCluster;
  readonly report: Report;
}

/** The shortest job that there is. */
export function tinyJob(): string {
  return JSON.stringify({
    kind: 'operation',
    component: { run: { kind: 'job', container: { image: 'busybox', command: ['true'] } } },
  });
}

/** A control plane of its own, with an agent of this name on the cluster. */
export async function installed(
  { postgres, cluster }: World,
  name: string,
): Promise<{ readonly installation: Installation; readonly agent: Life }> {
  const installation = await startInstallation(postgres);
  const agent = await installation.startAgent({
    name,
    capacity: 100_000,
    config: agentConfig(cluster.cluster.kubeconfig, name),
  });
  return { installation, agent };
}

/** What an agent of this name is told about its cluster. */
export function agentConfig(kubeconfig: string, name: string): Readonly<Record<string, unknown>> {
  return {
    executor: 'kubernetes',
    namespaces: [runsNamespace],
    kubernetes: {
      kubeconfig,
      namespace: 'bench',
      identitySecret: `${name}-identity`,
      lease: name,
      requestsPerSecond: 2_000,
    },
    artifactsStore: { name: 'store', kind: 's3', schema: { bucket: 's3://bench' } },
  };
}

/** A bar that a figure must not pass. */
export const atMost = (of: 'min' | 'median', limit: number): Bar => ({ of, is: 'at most', limit });
