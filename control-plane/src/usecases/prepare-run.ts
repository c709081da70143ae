import type { Diagnostic } from '@tandem/shared/diagnostics';
import { checkAccess } from '../compile/access.ts';
import type { UserPrincipal } from '../domain/access/principal.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Project } from '../ports/project-store.ts';
import type { Target } from '../ports/run-store.ts';
import type { CheckedRun, CompiledRun } from '../ports/stage-one.ts';
import type { World } from './world.ts';

/** What a run is made from. */
export interface Draft {
  readonly uuid: string;
  /** Given beside the operation; wins over the operation's own. */
  readonly name: string | null;
  readonly content: string;
  /** Null for a run that does not exist yet: then it is the database's time of now. */
  readonly createdAt: string | null;
}

/** An operation that stage 1 took whole, and where it goes. */
export interface Prepared {
  readonly checked: CheckedRun;
  readonly compiled: CompiledRun;
  readonly target: Target;
  readonly name: string | null;
  readonly namespace: string;
  readonly createdAt: string;
  readonly warnings: readonly Diagnostic[];
}

/** Where runs go when neither the operation nor the agent names a namespace. */
const defaultNamespace = 'default';

/**
 * Takes an operation through all of stage 1: check, access, compile (decisions.md 11, 13). Throws a `Refusal` with every
 * problem of the stage that failed. Two queries at most; nothing is stored.
 */
export async function prepareRun(
  world: World,
  user: UserPrincipal,
  project: Project,
  draft: Draft,
): Promise<Prepared> {
  const checked = await world.stageOne.check(draft.content);
  if (!checked.ok) throw new Refusal({ kind: 'problems', problems: checked.problems });
  const asked = splitQueue(checked.value.queue);
  const { target, now } = await world.runs.target(project.organisationId, asked.agent, asked.queue);
  const denied = checkAccess(checked.value.asks, checked.value.kind, target);
  if (target === null || denied.length > 0) throw new Refusal({ kind: 'problems', problems: denied });

  const name = draft.name ?? checked.value.name;
  const namespace = checked.value.namespace ?? target.namespaces[0] ?? defaultNamespace;
  const createdAt = draft.createdAt ?? now;
  const compiled = await world.stageOne.compile(checked.value, {
    uuid: draft.uuid,
    name,
    owner: project.owner,
    project: project.name,
    projectUuid: project.uuid,
    username: user.username,
    userEmail: user.email,
    namespace,
    queue: `${target.agent}/${target.queue}`,
    createdAt,
    compiledAt: now,
    secretLike: project.secretLike,
  });
  if (!compiled.ok) throw new Refusal({ kind: 'problems', problems: compiled.problems });
  const warnings = [...checked.warnings, ...compiled.warnings];
  return { checked: checked.value, compiled: compiled.value, target, name, namespace, createdAt, warnings };
}

/** `agent/queue`, `queue`, or nothing for `default`. */
function splitQueue(text: string | null): { agent: string | null; queue: string } {
  if (text === null) return { agent: null, queue: 'default' };
  const slash = text.indexOf('/');
  return slash < 0 ? { agent: null, queue: text } : { agent: text.slice(0, slash), queue: text.slice(slash + 1) };
}
