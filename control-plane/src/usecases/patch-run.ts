import type { Principal } from '../domain/access/principal.ts';
import { Refusal } from '../domain/refusal.ts';
import type { RunArtifact, RunPatch } from '../ports/run-store.ts';
import { needRun, type RunAddress } from './need.ts';
import { getRun, type RunWithConditions } from './read-runs.ts';
import type { World } from './world.ts';

/** Fields that the token of a run may change of its own run: what it produced (trust.md 6). */
const ownFields: ReadonlySet<string> = new Set(['outputs', 'metaInfo', 'isMerge']);

/** Changes what its owner may change of a run; status and content are not among it. Gives the run afterwards. */
export async function patchRun(
  world: World,
  principal: Principal,
  address: RunAddress,
  patch: RunPatch,
): Promise<RunWithConditions> {
  const { projectId, run } = await needRun(world, principal, address, 'own');
  if (principal.kind === 'run' && Object.keys(patch).some((field) => !ownFields.has(field))) {
    throw new Refusal({ kind: 'not-allowed', message: 'A run may change its own outputs and meta_info only.' });
  }
  await world.runs.patch(projectId, run.uuid, patch);
  return getRun(world, principal, address);
}

/** Records artifacts of a run; the same ones may come again. */
export async function recordArtifacts(
  world: World,
  principal: Principal,
  address: RunAddress,
  artifacts: readonly RunArtifact[],
): Promise<void> {
  const { run } = await needRun(world, principal, address, 'own');
  await world.runs.putArtifacts(run.id, artifacts);
}
