import type { Connection } from '../catalogue.ts';
import { mountPathOf } from '../catalogue.ts';
import type { RunPaths } from '../pod-plan.ts';

/** The folder that containers of a run share; tracking clients of the peer know no other (agent-and-kubernetes.md 2.5). */
const contextPath = '/plx-context';

/** Where the run's credential is mounted, as the file `.auth`. */
export const configsPath = `${contextPath}/.configs`;

/**
 * What `globals.*_path` mean for a run in a cluster. The store of the agent counts only where it is mounted by a path; which
 * runs see that path is decided with their plugins (compiler.md 3.5).
 */
export function clusterPaths(uuid: string, store: Connection | null): RunPaths {
  const artifactsPath = `${contextPath}/artifacts`;
  const runArtifactsPath = `${artifactsPath}/${uuid}`;
  return {
    contextPath,
    artifactsPath,
    runArtifactsPath,
    runOutputsPath: `${runArtifactsPath}/outputs`,
    storePath: (store === null ? null : mountPathOf(store)) ?? '',
  };
}
