import { type Principal, writerOf } from '../domain/access/principal.ts';
import { type RunChange, skipRun as skip, stopRun as stop } from '../domain/runs/actions.ts';
import type { RunState } from '../domain/runs/run.ts';
import { type FoundRun, needRun, type RunAddress } from './need.ts';
import type { World } from './world.ts';

/** Stops a run; stopping what is stopping or done changes nothing (decisions.md 67). */
export async function stopRun(world: World, principal: Principal, address: RunAddress): Promise<void> {
  const found = await needRun(world, principal, address, 'write');
  await changeRun(world, found, (run) => stop(run, writerOf(principal)));
}

/** Skips a run that has not started; refuses for one that has. */
export async function skipRun(world: World, principal: Principal, address: RunAddress): Promise<void> {
  const found = await needRun(world, principal, address, 'write');
  await changeRun(world, found, (run) => skip(run, writerOf(principal)));
}

/** Writes what `decide` says and wakes whoever waits for it. */
export async function changeRun(world: World, found: FoundRun, decide: (run: RunState) => RunChange): Promise<void> {
  const changed = await world.runs.change(found.projectId, found.run.uuid, decide);
  if (changed === null || !changed.hasMoved) return;
  const { uuid, agentId } = changed.run;
  world.wakeUps.wake([`run:${uuid}`, ...(agentId === null ? [] : [`agent:${agentId}`])]);
}
