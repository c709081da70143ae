import type { RunEntity } from '@tandem/shared/compile';
import { isMap, type Value, type ValueMap } from '@tandem/shared/values';
import { decodeWire } from '@tandem/shared/wire';
import type { AskedName } from '../compile/questions.ts';
import { invariant } from '../domain/invariant.ts';
import { invalid } from '../domain/refusal.ts';
import type { RunDetail } from '../domain/runs/run.ts';
import type { Project } from '../ports/project-store.ts';
import type { World } from './world.ts';

/** One operation takes values from at most so many runs, and knows so many artifacts of each. */
const mostRuns = 100;
const mostArtifacts = 1000;

/**
 * The runs that params refer to, by uuid: those of the same project that are not being deleted (compiler.md 3.2). One that
 * is not among them does not exist or is not allowed; the compilation says the same of both.
 */
export async function referredRuns(
  world: World,
  project: Project,
  asked: readonly AskedName[],
): Promise<ReadonlyMap<string, RunEntity>> {
  if (asked.length > mostRuns)
    throw invalid('runs/too-many-references', 'content', `An operation may refer to ${mostRuns} runs at most.`);
  const runs = new Map<string, RunEntity>();
  for (const { name } of asked) {
    const run = await world.runs.find(project.id, name);
    if (run === null || run.liveState < 0) continue;
    const { items } = await world.runs.artifacts(run.id, { limit: mostArtifacts, offset: 0 });
    runs.set(run.uuid, entityOf(run, project, items));
  }
  return runs;
}

function entityOf(run: RunDetail, project: Project, artifacts: RunEntity['artifacts']): RunEntity {
  const { startedAt, finishedAt } = run;
  const seconds =
    startedAt === null || finishedAt === null ? null : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return {
    uuid: run.uuid,
    name: run.name,
    owner: run.owner,
    project: run.project,
    projectUuid: project.uuid,
    kind: run.kind,
    runtime: run.runtime,
    status: run.status,
    condition: run.message === '' ? run.reason : `${run.reason}: ${run.message}`,
    namespace: run.namespace,
    inputs: mapOf(run.inputs),
    outputs: mapOf(run.outputs),
    artifacts: artifacts.map(({ name, kind, path }) => ({ name, kind, path })),
    iteration: null,
    createdAt: run.createdAt,
    compiledAt: null,
    scheduleAt: run.scheduleAt,
    startedAt,
    finishedAt,
    duration: seconds,
    cloningKind: null,
    originalUuid: run.original?.uuid ?? null,
  };
}

/** Wire JSON of a map, as the database has it. */
function mapOf(text: string): ValueMap {
  const decoded = decodeWire(text);
  invariant(decoded.ok, 'inputs and outputs are stored as wire JSON');
  return decoded.value !== null && isMap(decoded.value) ? decoded.value : new Map<string, Value>();
}
