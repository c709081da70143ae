import { warning } from '../diagnostics/diagnostic.ts';
import { done, type Outcome } from '../outcome/index.ts';
import type { Value } from '../values/value.ts';
import type { RunFacts } from '../wire/sealed-spec.ts';
import type { WithGlobals, WithReferences } from './drafts.ts';
import type { RunOrigin } from './facts.ts';
import { pythonTime } from './python-time.ts';

/**
 * Adds `globals.*`: what is known of the run before its params (compiler.md 3.5). The names that the agent fills are
 * left open, and the ports of a service come after the params, which may set them (`addServiceGlobals`).
 */
export function addGlobals(draft: WithReferences, run: RunFacts, origin: RunOrigin = {}): Outcome<WithGlobals> {
  const hiders = draft.ios.filter((io) => io.name === 'init' || io.name === 'event' || io.name === 'events');
  const warnings = hiders.map((io) =>
    warning('types/hides-section', io.span, `The name "${io.name}" hides the section "${io.name}" of the context.`, {
      hint: 'Choose another name if templates need that section.',
    }),
  );
  const names = new Map<string, Value>([['globals', globalsOf(run, origin)]]);
  const hidden = new Set([
    ...hiders.map((io) => io.name),
    ...[...draft.params.keys()].filter((name) => name === 'init'),
  ]);
  return done({ ...draft, stage: 'globals', runFacts: run, context: { names, late: new Map(), hidden } }, warnings);
}

function globalsOf(run: RunFacts, origin: RunOrigin): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['uuid', run.uuid],
    ['name', run.name],
    ['kind', run.kind],
    ['runtime', run.runtime],
    ['owner_name', run.owner],
    ['project_name', run.project],
    ['project_unique_name', `${run.owner}.${run.project}`],
    ['project_uuid', run.projectUuid],
    ['run_info', `${run.owner}.${run.project}.runs.${run.uuid}`],
    ['username', run.username],
    ['user_email', run.userEmail],
    ['namespace', run.namespace],
    ['iteration', origin.iteration === undefined ? null : BigInt(origin.iteration)],
    ['created_at', pythonTime(run.createdAt)],
    ['compiled_at', pythonTime(run.compiledAt)],
    ['schedule_at', origin.scheduleAt === undefined ? null : pythonTime(origin.scheduleAt)],
    ['started_at', null],
    ['finished_at', null],
    ['duration', null],
    ['cloning_kind', origin.cloningKind ?? null],
    ['original_uuid', origin.originalUuid ?? null],
    ['is_independent', origin.pipelineUuid === undefined],
    ['pipeline_uuid', origin.pipelineUuid ?? null],
    ['pipeline_name', origin.pipelineName ?? null],
    ['controller_uuid', origin.controllerUuid ?? null],
    ['run_relative_outputs_path', `${run.uuid}/outputs`],
  ]);
}
