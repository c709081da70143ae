import type { Principal } from '../domain/access/principal.ts';
import { impossible } from '../domain/refusal.ts';
import type { Condition, Run, RunDetail } from '../domain/runs/run.ts';
import { parseRunQuery, parseRunSort } from '../domain/runs/run-query.ts';
import { type WaitingReason, whyWaiting } from '../domain/runs/waiting.ts';
import type { Listed, Page } from '../ports/project-store.ts';
import type { RunArtifact } from '../ports/run-store.ts';
import { needProject, needRun, type RunAddress } from './need.ts';
import type { World } from './world.ts';

/** Runs of a project by query and order. A query that cannot be read is refused; live runs only unless it says otherwise. */
export async function listRuns(
  world: World,
  principal: Principal,
  address: { readonly owner: string; readonly project: string },
  ask: { readonly query: string; readonly sort: string; readonly page: Page },
): Promise<Listed<Run>> {
  const project = await needProject(world, principal, address.owner, address.project, 'read');
  const parsed = parseRunQuery(ask.query);
  if (parsed.kind === 'wrong') throw impossible('query/wrong', parsed.message);
  return world.runs.list(project.id, parsed.filter, parseRunSort(ask.sort), ask.page);
}

/** A run with all its conditions so far. */
export interface RunWithConditions {
  readonly run: RunDetail;
  readonly conditions: readonly Condition[];
}

/** A run and its history. The run's own token may read it too. */
export async function getRun(world: World, principal: Principal, address: RunAddress): Promise<RunWithConditions> {
  const { run } = await readable(world, principal, address);
  return { run, conditions: await world.runs.conditions(run.id, 0) };
}

/** Why a run waits, or why it ended so; never empty (orchestration.md 1.9). */
export async function runWaiting(
  world: World,
  principal: Principal,
  address: RunAddress,
): Promise<{ readonly status: string; readonly reasons: readonly WaitingReason[] }> {
  const { run } = await needRun(world, principal, address, 'read');
  const facts = await world.runs.waiting(run.id);
  return { status: facts.status, reasons: whyWaiting(facts) };
}

/** Artifacts that a run left, by name. */
export async function runArtifacts(
  world: World,
  principal: Principal,
  address: RunAddress,
  page: Page,
): Promise<Listed<RunArtifact>> {
  const { run } = await readable(world, principal, address);
  return world.runs.artifacts(run.id, page);
}

/** A viewer may read; so may the run itself, which has no role. */
function readable(world: World, principal: Principal, address: RunAddress): ReturnType<typeof needRun> {
  return needRun(world, principal, address, principal.kind === 'run' ? 'own' : 'read');
}
