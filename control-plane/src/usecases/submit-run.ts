import type { Diagnostic } from '@tandem/shared/diagnostics';
import { gates, pendingOf, type Status } from '@tandem/shared/lifecycle';
import { type Principal, writerOf } from '../domain/access/principal.ts';
import { invariant } from '../domain/invariant.ts';
import { readUuid } from '../domain/names.ts';
import { impossible, invalid } from '../domain/refusal.ts';
import type { ManagedBy } from '../domain/runs/run.ts';
import type { Project } from '../ports/project-store.ts';
import type { FirstCondition, NewRun } from '../ports/run-store.ts';
import { needProject, needUser } from './need.ts';
import { type Prepared, prepareRun } from './prepare-run.ts';
import type { World } from './world.ts';

/** A submission after its shape was checked. */
export interface Submission {
  readonly uuid: string | null;
  readonly content: string | null;
  readonly managedBy: ManagedBy;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[] | null;
  readonly pending: 'approval' | 'upload' | null;
  /** JSON text of a map. */
  readonly metaInfo: string;
  readonly traceparent: string | null;
}

/** The request itself, for a client that may send it twice. */
export interface Once {
  readonly key: string;
  readonly route: string;
  readonly bodySha256: Uint8Array;
}

export interface Submitted {
  readonly uuid: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly kind: string;
  readonly runtime: string | null;
  readonly managedBy: ManagedBy;
  readonly status: Status;
  readonly pending: string | null;
  readonly content: string | null;
  readonly metaInfo: string;
  readonly namespace: string | null;
  readonly agent: string | null;
  readonly queue: string | null;
  readonly owner: string;
  readonly project: string;
  readonly createdAt: string;
  readonly warnings: readonly Diagnostic[];
}

const created = 201;

/**
 * Takes in a run: checks and compiles the operation, and stores it queued, waiting for its gates, or skipped, in one
 * statement with its first conditions. What is wrong is refused and leaves no trace (decisions.md 13).
 *
 * `render` makes the text of the answer, which is stored with the idempotency key: a request that comes again gets the
 * very same text, and of many at once exactly one makes a run (attacks.md V21).
 */
export async function submitRun(
  world: World,
  principal: Principal,
  address: { readonly owner: string; readonly project: string },
  submission: Submission,
  once: Once | null,
  render: (run: Submitted) => string,
): Promise<string> {
  const user = needUser(principal);
  const project = await needProject(world, principal, address.owner, address.project, 'write');
  if (once !== null) {
    const former = await formerAnswer(world, user.id, once);
    if (former !== null) return former;
  }
  const made = await makeRun(world, principal, project, submission);
  const answer = render(made.submitted);
  const stored: NewRun = { ...made.run, once: once === null ? null : { ...once, status: created, answer } };
  const inserted = await world.runs.insert(stored);
  switch (inserted.kind) {
    case 'uuid-taken':
      throw invalid('runs/uuid-taken', 'uuid', 'run with this uuid already exists.');
    case 'key-taken': {
      invariant(once !== null, 'only a key can be taken');
      const former = await formerAnswer(world, user.id, once);
      invariant(former !== null, 'the request that took the key has committed');
      return former;
    }
    case 'done':
      world.wakeUps.wake(made.run.agentId === null ? [] : [`agent:${made.run.agentId}`]);
      return answer;
  }
}

async function formerAnswer(world: World, userId: number, once: Once): Promise<string | null> {
  const former = await world.runs.onceAnswer(userId, once.key);
  if (former === null) return null;
  const isSame = former.route === once.route && Buffer.compare(former.bodySha256, once.bodySha256) === 0;
  if (!isSame) {
    const message = 'This Idempotency-Key was used for another request within the last 24 hours.';
    throw impossible('idempotency/other-body', message);
  }
  return former.answer;
}

interface Made {
  readonly run: Omit<NewRun, 'once'>;
  readonly submitted: Submitted;
}

async function makeRun(world: World, principal: Principal, project: Project, submission: Submission): Promise<Made> {
  const user = needUser(principal);
  const uuid = runUuid(world, submission.uuid);
  const base = {
    uuid,
    organisationId: project.organisationId,
    projectId: project.id,
    userId: user.id,
    managedBy: submission.managedBy,
    metaInfo: submission.metaInfo,
    traceparent: submission.traceparent,
    writer: writerOf(principal),
  };
  if (submission.content === null) return userManaged(world, project, submission, base);

  const prepared = await prepareRun(world, user, project, {
    uuid,
    name: submission.name,
    content: submission.content,
    createdAt: null,
  });
  const { checked, target, namespace, name, createdAt } = prepared;
  const bits =
    (checked.isApproved ? 0 : gates.approval) | (submission.pending === null ? 0 : gates[submission.pending]);
  const conditions = firstConditions(prepared, bits);
  const { compiled } = prepared;
  const tags = submission.tags ?? (compiled.tags.length > 0 ? compiled.tags : checked.tags);
  const description = submission.description ?? compiled.description ?? checked.description;
  const { kind, runtime, content } = checked;
  const shown = { name, description, tags, kind, runtime, content, namespace, createdAt };
  const status = conditions.at(-1)?.status ?? 'created';
  return {
    run: {
      ...base,
      ...shown,
      gates: bits,
      queueId: target.queueId,
      agentId: target.agentId,
      priority: 0,
      rawContent: submission.content,
      compiled: bits === 0 && !compiled.isSkipped ? compiled : null,
      conditions,
    },
    submitted: {
      ...shown,
      uuid,
      managedBy: submission.managedBy,
      status,
      pending: pendingOf(bits),
      metaInfo: submission.metaInfo,
      agent: target.agent,
      queue: target.queue,
      owner: project.owner,
      project: project.name,
      warnings: prepared.warnings,
    },
  };
}

/** The run of somebody's own process: Tandem only keeps its record (rest-api-and-clients.md 1.6). */
async function userManaged(
  world: World,
  project: Project,
  submission: Submission,
  base: Pick<
    NewRun,
    'uuid' | 'organisationId' | 'projectId' | 'userId' | 'managedBy' | 'metaInfo' | 'traceparent' | 'writer'
  >,
): Promise<Made> {
  if (submission.managedBy !== 'user') {
    throw invalid('runs/no-content', 'non_field_errors', 'Run expects a `content`.');
  }
  const { now } = await world.runs.target(project.organisationId, null, 'default');
  const { name, description } = submission;
  const shown = {
    name,
    description,
    tags: submission.tags ?? [],
    kind: 'job',
    runtime: null,
    content: null,
    namespace: null,
    createdAt: now,
  };
  const conditions: readonly FirstCondition[] = [{ status: 'created', reason: 'RunCreated', message: '' }];
  const none = { gates: 0, queueId: null, agentId: null, priority: 0, rawContent: null, compiled: null };
  return {
    run: { ...base, ...shown, ...none, conditions },
    submitted: {
      ...shown,
      uuid: base.uuid,
      managedBy: 'user',
      status: 'created',
      pending: null,
      metaInfo: base.metaInfo,
      agent: null,
      queue: null,
      owner: project.owner,
      project: project.name,
      warnings: [],
    },
  };
}

function runUuid(world: World, given: string | null): string {
  if (given === null) return world.secrets.runUuid();
  const uuid = readUuid(given);
  if (uuid === null) throw invalid('runs/bad-uuid', 'uuid', 'Must be a valid UUID.');
  return uuid;
}

/** The history that a new run begins with; a closed gate ends it at `created`. */
function firstConditions(prepared: Prepared, bits: number): readonly FirstCondition[] {
  const first: FirstCondition = { status: 'created', reason: 'RunCreated', message: '' };
  if (bits !== 0) return [first];
  if (prepared.compiled.isSkipped) {
    return [first, { status: 'skipped', reason: 'ConditionsCheckFailed', message: '' }];
  }
  return [
    first,
    { status: 'compiled', reason: 'Compiled', message: '' },
    { status: 'queued', reason: 'Queued', message: '' },
  ];
}
