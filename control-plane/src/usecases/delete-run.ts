import { type Principal, writerOf } from '../domain/access/principal.ts';
import { stopRun as stop } from '../domain/runs/actions.ts';
import { changeRun } from './act-on-run.ts';
import { needRun, type RunAddress } from './need.ts';
import type { World } from './world.ts';

/**
 * Deletes a run in two phases (orchestration.md 1.6): it is stopped and hidden now; when it has ended, its agent is told to
 * forget it, and then the record goes. Deleting twice is no error.
 */
export async function deleteRun(world: World, principal: Principal, address: RunAddress): Promise<void> {
  const found = await needRun(world, principal, address, 'write');
  const writer = writerOf(principal);
  await changeRun(world, found, (run) => stop(run, writer));
  await world.runs.markDeleted(found.run.id, writer);
  await finishDeletions(world);
}

const batch = 100;

/** One step of what deletions still have to do; for the loop, and at once for the one that was just asked for. */
export async function finishDeletions(world: Pick<World, 'runs' | 'wakeUps'>): Promise<void> {
  const agents = await world.runs.finishDeletions(batch);
  world.wakeUps.wake(agents.map((id) => `agent:${id}`));
}
