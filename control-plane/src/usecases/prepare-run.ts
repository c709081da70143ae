import type { Diagnostic } from '@tandem/shared/diagnostics';
import type { Outcome } from '@tandem/shared/outcome';
import { checkAccess, checkConnections } from '../compile/access.ts';
import type { UserPrincipal } from '../domain/access/principal.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Project } from '../ports/project-store.ts';
import type { Target } from '../ports/run-store.ts';
import type { CheckedRun, CompiledRun, CompileFacts } from '../ports/stage-one.ts';
import { referredRuns } from './referred-runs.ts';
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
 * problem of the stage that failed. One query, two when the queue is a template, and two for each run that params refer to; nothing is stored.
 */
export async function prepareRun(world: World, user: UserPrincipal, project: Project, draft: Draft): Promise<Prepared> {
  const { value: checked, warnings: early } = demand(await world.stageOne.check(draft.content));
  const place = await placeOf(world, user, project, draft, checked);
  const { target, now } = await world.runs.target(project.organisationId, place.agent, place.queue);
  const denied = checkAccess(place.asks, target);
  if (target === null || denied.length > 0) throw new Refusal({ kind: 'problems', problems: denied });

  const namespace = place.namespace ?? target.namespaces[0] ?? defaultNamespace;
  const queue = `${target.agent}/${target.queue}`;
  const runs = await referredRuns(world, project, checked.asks.runs);
  const facts = factsOf(user, project, draft, checked, { namespace, queue, now, runs });
  const { value: compiled, warnings: late } = demand(await world.stageOne.compile(checked, facts));
  const { whole } = checked.asks;
  const unknown = checkConnections(
    compiled.connections.map((name) => ({ name, span: whole })),
    target,
  );
  if (unknown.length > 0) throw new Refusal({ kind: 'problems', problems: unknown });
  const name = draft.name ?? compiled.name ?? checked.name;
  return { checked, compiled, target, name, namespace, createdAt: facts.createdAt, warnings: [...early, ...late] };
}

interface Place {
  readonly agent: string | null;
  readonly queue: string;
  readonly namespace: string | null;
  readonly asks: CheckedRun['asks'];
}

/** Queue and namespace as written; when they are templates, a first compilation says what they come to. */
async function placeOf(
  world: World,
  user: UserPrincipal,
  project: Project,
  draft: Draft,
  checked: CheckedRun,
): Promise<Place> {
  const { asks } = checked;
  if (!checked.isPlacedLate) {
    return { ...splitQueue(asks.queue?.name ?? null), namespace: asks.namespace?.name ?? null, asks };
  }
  const { now } = await world.runs.target(project.organisationId, null, 'default');
  const runs = await referredRuns(world, project, checked.asks.runs);
  const facts = factsOf(user, project, draft, checked, { namespace: defaultNamespace, queue: 'default', now, runs });
  const { queue, namespace } = demand(await world.stageOne.compile(checked, facts)).value;
  const asked = (name: string | null) => (name === null ? null : { name, span: asks.whole });
  return { ...splitQueue(queue), namespace, asks: { ...asks, queue: asked(queue), namespace: asked(namespace) } };
}

function factsOf(
  user: UserPrincipal,
  project: Project,
  draft: Draft,
  checked: CheckedRun,
  place: Pick<CompileFacts, 'namespace' | 'queue' | 'runs'> & { readonly now: string },
): CompileFacts {
  return {
    uuid: draft.uuid,
    name: draft.name ?? checked.name,
    owner: project.owner,
    project: project.name,
    projectUuid: project.uuid,
    username: user.username,
    userEmail: user.email,
    namespace: place.namespace,
    queue: place.queue,
    createdAt: draft.createdAt ?? place.now,
    compiledAt: place.now,
    secretLike: project.secretLike,
    runs: place.runs,
  };
}

/** The value of a stage; its problems end the request. */
function demand<T>(outcome: Outcome<T>): { readonly value: T; readonly warnings: readonly Diagnostic[] } {
  if (!outcome.ok) throw new Refusal({ kind: 'problems', problems: outcome.problems });
  return outcome;
}

/** `agent/queue`, `queue`, or nothing for `default`. */
function splitQueue(text: string | null): { agent: string | null; queue: string } {
  if (text === null) return { agent: null, queue: 'default' };
  const slash = text.indexOf('/');
  return slash < 0 ? { agent: null, queue: text } : { agent: text.slice(0, slash), queue: text.slice(slash + 1) };
}
