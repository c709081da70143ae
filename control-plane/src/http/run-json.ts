import { toJson } from '@tandem/shared/diagnostics';
import { pendingOf } from '@tandem/shared/lifecycle';
import { z } from 'zod';
import type { Condition, Run } from '../domain/runs/run.ts';
import type { RunWithConditions } from '../usecases/read-runs.ts';
import type { Submitted } from '../usecases/submit-run.ts';
import { exactJson } from './exact-json.ts';

/** A run as a list has it (rest-api-and-clients.md 1.20). Every key is one that the clients' types have. */
export function runJson(run: Run): Record<string, unknown> {
  return {
    uuid: run.uuid,
    name: run.name,
    description: run.description,
    tags: run.tags,
    user: run.username,
    owner: run.owner,
    project: run.project,
    schedule_at: run.scheduleAt,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    wait_time: seconds(run.createdAt, run.startedAt ?? run.finishedAt),
    duration: run.startedAt === null ? (run.finishedAt === null ? null : 0) : seconds(run.startedAt, run.finishedAt),
    managed_by: run.managedBy,
    is_managed: run.managedBy === 'agent',
    pending: pendingOf(run.gates),
    status: run.status,
    live_state: run.liveState,
    kind: run.kind,
    runtime: run.runtime,
    inputs: exactJson(run.inputs),
    outputs: exactJson(run.outputs),
    meta_info: exactJson(run.metaInfo),
    original: run.original,
    pipeline: run.pipeline,
    settings: settingsJson(run),
  };
}

/** A run with its texts and its whole history. */
export function runDetailJson({ run, conditions }: RunWithConditions): Record<string, unknown> {
  return {
    ...runJson(run),
    readme: run.readme,
    content: run.content,
    raw_content: run.rawContent,
    status_conditions: conditions.map(conditionJson),
  };
}

/** Where the run is: what clients need for `/streams` and for links. */
export function settingsJson(run: Run): object {
  return {
    namespace: run.namespace ?? 'default',
    agent: run.agent === null ? null : { uuid: run.agent.uuid, name: run.agent.name, version: run.agent.version },
    queue: run.queue,
    artifacts_store: run.artifactsStore === null ? null : { name: run.artifactsStore },
    component: null,
    build: null,
    models: [],
    artifacts: [],
  };
}

/** The answer to a submission. */
export function submittedJson(run: Submitted): object {
  return {
    uuid: run.uuid,
    name: run.name,
    description: run.description,
    tags: run.tags,
    kind: run.kind,
    runtime: run.runtime,
    content: run.content,
    is_managed: run.managedBy === 'agent',
    managed_by: run.managedBy,
    status: run.status,
    pending: run.pending,
    meta_info: exactJson(run.metaInfo),
    owner: run.owner,
    project: run.project,
    created_at: run.createdAt,
    settings: {
      namespace: run.namespace ?? 'default',
      agent: run.agent === null ? null : { name: run.agent },
      queue: run.queue === null ? null : { name: run.queue },
    },
    warnings: run.warnings.map(toJson),
  };
}

/** A condition in the clients' form; its times have milliseconds. */
export function conditionJson(condition: Condition): object {
  const at = `${condition.at.slice(0, 23)}Z`;
  return {
    type: condition.status,
    status: true,
    reason: condition.reason,
    message: condition.message,
    last_update_time: at,
    last_transition_time: at,
    meta_info: { writer: condition.writer, attempt: condition.attempt },
  };
}

/** Whole hundredths of a second between two times of the database; null while one is missing. */
function seconds(from: string, to: string | null): number | null {
  return to === null ? null : Math.round((Date.parse(to) - Date.parse(from)) / 10) / 100;
}

const text = z.string().nullable();
const time = z.string().nullable().meta({ description: 'ISO-8601 with microseconds and Z' });

/** The shape of a run for the document; lists leave out the last four. */
export const runShape = z
  .object({
    uuid: z.string(),
    name: text,
    description: text,
    tags: z.array(z.string()),
    user: text,
    owner: z.string(),
    project: z.string(),
    created_at: time,
    updated_at: time,
    started_at: time,
    finished_at: time,
    schedule_at: time,
    wait_time: z.number().nullable(),
    duration: z.number().nullable(),
    managed_by: z.enum(['agent', 'user', 'cli']),
    is_managed: z.boolean(),
    pending: z.enum(['approval', 'upload', 'cache', 'build']).nullable(),
    status: z.string(),
    live_state: z.number().int(),
    kind: z.string(),
    runtime: text,
    inputs: z.record(z.string(), z.unknown()),
    outputs: z.record(z.string(), z.unknown()),
    meta_info: z.record(z.string(), z.unknown()),
    original: z.unknown(),
    pipeline: z.unknown(),
    settings: z.record(z.string(), z.unknown()),
    readme: text.optional(),
    content: text.optional(),
    raw_content: text.optional(),
    status_conditions: z.array(z.record(z.string(), z.unknown())).optional(),
  })
  .meta({ id: 'Run' });
