import type { Diagnostic } from '@tandem/shared/diagnostics';
import type { Principal } from '../domain/access/principal.ts';
import { Refusal } from '../domain/refusal.ts';
import { needProject, needUser } from './need.ts';
import { prepareRun } from './prepare-run.ts';
import type { World } from './world.ts';

export interface CheckAnswer {
  readonly isFine: boolean;
  /** Errors and warnings in the order in which they were found. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where the run would go; null when it would not go anywhere. */
  readonly goesTo: { readonly agent: string; readonly queue: string; readonly namespace: string } | null;
}

/** Everything that a submission does but storing it (decisions.md 68). A mistake in the operation is the answer here. */
export async function checkRun(
  world: World,
  principal: Principal,
  address: { readonly owner: string; readonly project: string },
  content: string,
): Promise<CheckAnswer> {
  const user = needUser(principal);
  const project = await needProject(world, principal, address.owner, address.project, 'write');
  const draft = { uuid: world.secrets.runUuid(), name: null, content, createdAt: null };
  try {
    const { target, namespace, warnings } = await prepareRun(world, user, project, draft);
    return { isFine: true, diagnostics: warnings, goesTo: { agent: target.agent, queue: target.queue, namespace } };
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason.kind !== 'problems') throw error;
    return { isFine: false, diagnostics: error.reason.problems, goesTo: null };
  }
}
