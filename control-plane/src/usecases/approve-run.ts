import { type Principal, writerOf } from '../domain/access/principal.ts';
import { Refusal } from '../domain/refusal.ts';
import { approveRun as approve } from '../domain/runs/actions.ts';
import type { Released } from '../ports/run-store.ts';
import { needProject, needRun, needUser, type RunAddress } from './need.ts';
import { prepareRun } from './prepare-run.ts';
import type { World } from './world.ts';

/**
 * Opens the gate that the run shows as pending. Opening the last one compiles the run with what is true now, and queues it
 * (decisions.md 13); an operation that no longer compiles fails the run, since nobody is there to mend it.
 *
 * Two approvals at once open two gates or one, never skip compiling: each write is guarded by the version it read.
 */
export async function approveRun(world: World, principal: Principal, address: RunAddress): Promise<void> {
  needUser(principal);
  const project = await needProject(world, principal, address.owner, address.project, 'write');
  const writer = writerOf(principal);
  for (;;) {
    const { run } = await needRun(world, principal, address, 'write');
    const approval = approve(run);
    if (approval.kind === 'refuse') throw approval.refusal;
    if (approval.kind === 'none') return;
    if (!approval.starts) {
      if (await world.runs.openGate(run, approval, writer)) return;
      continue;
    }
    const draft = { uuid: run.uuid, name: run.name, content: run.rawContent ?? '', createdAt: run.createdAt };
    // The run is its submitter's, whoever approves it (decisions.md 31).
    const submitter =
      (run.username === null ? null : await world.accounts.findUser(run.username)) ?? needUser(principal);
    const outcome = await outcomeOf(() => prepareRun(world, submitter, project, draft));
    if (await world.runs.release(run, outcome, writer)) {
      world.wakeUps.wake([`run:${run.uuid}`, ...(run.agentId === null ? [] : [`agent:${run.agentId}`])]);
      return;
    }
  }
}

async function outcomeOf(prepare: () => ReturnType<typeof prepareRun>): Promise<Released> {
  try {
    const { compiled } = await prepare();
    return compiled.isSkipped ? { kind: 'skipped', message: '' } : { kind: 'queued', compiled };
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason.kind !== 'problems') throw error;
    const message = error.reason.problems.map((each) => `${each.message} [${each.code}]`).join('\n');
    return { kind: 'failed', reason: 'CompileError', message };
  }
}
