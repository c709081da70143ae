import { warning } from '../diagnostics/diagnostic.ts';
import { done, type Outcome } from '../outcome/index.ts';
import type { Value } from '../values/value.ts';
import type { RunFacts } from '../wire/sealed-spec.ts';
import type { WithGlobals, WithReferences } from './drafts.ts';

/**
 * Adds `globals.*`: what is known of the run before its params (compiler.md 3.5). The names that the agent fills are
 * left open, and the ports of a service come after the params, which may set them (`addServiceGlobals`).
 */
export function addGlobals(draft: WithReferences, run: RunFacts): Outcome<WithGlobals> {
  const hiders = draft.ios.filter((io) => io.name === 'init' || io.name === 'event' || io.name === 'events');
  const warnings = hiders.map((io) =>
    warning('types/hides-section', io.span, `The name "${io.name}" hides the section "${io.name}" of the context.`, {
      hint: 'Choose another name if templates need that section.',
    }),
  );
  const names = new Map<string, Value>([['globals', globalsOf(run)]]);
  const hidden = new Set([
    ...hiders.map((io) => io.name),
    ...[...draft.params.keys()].filter((name) => name === 'init'),
  ]);
  return done({ ...draft, stage: 'globals', runFacts: run, context: { names, late: new Map(), hidden } }, warnings);
}

function globalsOf(run: RunFacts): ReadonlyMap<string, Value> {
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
    ['iteration', null],
    ['created_at', pythonTime(run.createdAt)],
    ['compiled_at', pythonTime(run.compiledAt)],
    ['schedule_at', null],
    ['started_at', null],
    ['finished_at', null],
    ['duration', null],
    ['cloning_kind', null],
    ['original_uuid', null],
    ['is_independent', true],
    ['pipeline_uuid', null],
    ['pipeline_name', null],
    ['controller_uuid', null],
    ['run_relative_outputs_path', `${run.uuid}/outputs`],
  ]);
}

/** Times as Python prints them, which files rely on (compiler.md 3.6): blank for `T`, offset for `Z`. */
function pythonTime(iso: string): string {
  return iso.replace('T', ' ').replace(/(?:\.0+)?Z$/, '+00:00');
}

/** `globals` of a service: its ports and the paths under which the gateway serves them (compiler.md 3.5). */
export function serviceGlobals(
  run: RunFacts,
  ports: readonly bigint[],
  rewrite: boolean,
  external: boolean,
): readonly (readonly [string, Value])[] {
  const kind = `${rewrite ? 'rewrite-' : ''}${external ? 'external' : 'services'}`;
  const given = ports.length > 0 ? ports : [80n];
  const urls = given.map((port) => `/${kind}/v1/${run.namespace}/${run.owner}/${run.project}/runs/${run.uuid}/${port}`);
  return [
    ['ports', [...ports]],
    ['base_url', urls[0] ?? null],
    ['base_urls', urls],
  ];
}
