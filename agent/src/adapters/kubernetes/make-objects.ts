import type { Manifest, RunObjects } from '../../compile/kubernetes/manifest.ts';
import { annotations, labels, managedBy, tokenSecretName } from '../../compile/kubernetes/names.ts';
import type { PodPlan, RunKey } from '../../compile/pod-plan.ts';
import type { ApplyExtra, ApplyResult } from '../../ports/executor.ts';
import { ApiProblem, isCode, isPassing, isUncertain } from './api-problem.ts';
import { compareStart } from './compare-start.ts';
import { deleteObjects } from './delete-objects.ts';
import { collectionPath, secretKind } from './kinds.ts';
import { longArgument } from './long-argument.ts';
import { type KubeObject, runOf } from './read-objects.ts';
import { refusalOf } from './refusals.ts';
import type { KubernetesWorld } from './world.ts';

/** Who writes, for server-side apply. */
const fieldManager = 'tandem-agent';

/**
 * Makes the objects of an attempt: the lead, then what it owns, the Secret with the credential among it. The lead's name is
 * the lock: of two that try, one creates it, and the other finds it there (decisions.md 40 and 80). What was cut off is
 * finished by the next call: every step is safe to repeat.
 *
 * The Secret comes after the lead, since its owner must be known; the pod needs several steps of the cluster to get as far
 * as mounting it, and the kubelet asks again for one that is late.
 */
export async function makeObjects(plan: PodPlan, extra: ApplyExtra, world: KubernetesWorld): Promise<ApplyResult> {
  const objects = world.toObjects(plan);
  if (!objects.ok) return { kind: 'rejected', reason: objects.reason, message: objects.message };
  const tooLong = longArgument([objects.value.lead, ...objects.value.others]);
  if (tooLong !== null) return { kind: 'rejected', reason: 'TooLarge', message: tooLong };
  let made: KubeObject | null = null;
  try {
    const lead = await certain(world, () => createLead(plan.run, objects.value, world, extra.traceparent));
    if ('kind' in lead.answer) return lead.answer;
    const { object } = lead.answer;
    made = object;
    await insist(world, () =>
      Promise.all([
        objects.value.needsToken ? putToken(plan, extra, object, world) : null,
        createOthers(object, objects.value.others, world),
      ]),
    );
    return { kind: lead.isNew ? 'accepted' : 'already' };
  } catch (error) {
    // Only a refusal for good comes here after the lead was made: nothing of the run may stay then.
    const unfinished = made;
    if (unfinished !== null) await insist(world, () => deleteLead(unfinished, world));
    return refusalOf(error);
  }
}

/**
 * Where it is not known whether something was made, it is asked again until it is: "nothing was made" lets the control
 * plane start the run anew (decisions.md 37), so it must be true.
 */
async function certain<T>(world: KubernetesWorld, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiProblem) || !isUncertain(error)) throw error;
    return insist(world, work);
  }
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;

/** Repeats what is safe to repeat until the API server has answered it. */
async function insist<T>(world: KubernetesWorld, work: () => Promise<T>): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem) || !isPassing(error)) throw error;
      await new Promise<void>((resolve) => world.clock.after(error.retryAfterMs ?? pauseMs, resolve));
    }
  }
}

async function deleteLead(lead: KubeObject, world: KubernetesWorld): Promise<void> {
  const known = [...world.state.attempts(runOf(lead)?.uuid ?? '')].find((each) => each.lead?.uid === lead.metadata.uid);
  if (known !== undefined) await deleteObjects(known, world);
}

interface Lead {
  readonly isNew: boolean;
  readonly answer: { readonly object: KubeObject } | ApplyResult;
}

async function createLead(
  run: RunKey,
  objects: RunObjects,
  world: KubernetesWorld,
  traceparent: string | null,
): Promise<Lead> {
  const { lead, others } = objects;
  const { client, state } = world;
  const path = collectionPath(lead, lead.metadata.namespace);
  const body = withAnnotations(lead, {
    ...(others.length === 0 ? {} : { [annotations.others]: 'pending' }),
    ...(traceparent === null ? {} : { [annotations.trace]: traceparent }),
  });
  try {
    const object = await client.call<KubeObject>({
      method: 'POST',
      lane: 'starts',
      path: `${path}?fieldManager=${fieldManager}`,
      body,
    });
    state.put(object);
    return { isNew: true, answer: { object } };
  } catch (error) {
    if (!isCode(error, 409)) throw error;
  }
  const there = await client.call<KubeObject>({ path: `${path}/${lead.metadata.name}` });
  if (runOf(there) === null || there.metadata.labels?.[labels.agent] !== world.agentId)
    return { isNew: false, answer: stranger(lead) };
  state.put(there);
  const known = state.attempts(run.uuid).find((each) => each.run.attempt === run.attempt);
  const standing = known === undefined ? null : compareStart(known, run);
  return { isNew: false, answer: standing ?? { object: there } };
}

/** Something that is not ours has the name: it is never adopted (agent-and-kubernetes.md 3.2). */
function stranger(lead: Manifest): ApplyResult {
  return {
    kind: 'rejected',
    reason: 'InvalidObject',
    message: `The cluster has a ${lead.kind} "${lead.metadata.name}" that does not belong to this agent; it is left alone.`,
  };
}

async function createOthers(lead: KubeObject, others: readonly Manifest[], world: KubernetesWorld): Promise<void> {
  if (others.length === 0) return;
  for (const other of others) {
    const body = { ...other, metadata: { ...other.metadata, ownerReferences: [ownerOf(lead)] } };
    const path = collectionPath(other, other.metadata.namespace);
    try {
      const made = await world.client.call<KubeObject>({
        method: 'POST',
        lane: 'starts',
        path: `${path}?fieldManager=${fieldManager}`,
        body,
      });
      if (other.kind === 'Job') world.state.put(made);
    } catch (error) {
      // Made by a call that was cut off, or the Service of the attempt before that still lives.
      if (!isCode(error, 409)) throw error;
    }
  }
  await patchLead(lead, { metadata: { annotations: { [annotations.others]: 'made' } } }, world);
}

/** Changes the lead and takes its new state. */
export async function patchLead(
  lead: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>,
  patch: object,
  world: KubernetesWorld,
): Promise<KubeObject> {
  const path = collectionPath(
    { apiVersion: lead.apiVersion ?? '', kind: lead.kind ?? '' },
    lead.metadata.namespace ?? '',
  );
  const object = await world.client.call<KubeObject>({
    method: 'PATCH',
    path: `${path}/${lead.metadata.name}?fieldManager=${fieldManager}`,
    body: patch,
  });
  world.state.put(object);
  return object;
}

function ownerOf(lead: KubeObject): object {
  return {
    apiVersion: lead.apiVersion,
    kind: lead.kind,
    name: lead.metadata.name,
    uid: lead.metadata.uid,
    blockOwnerDeletion: false,
  };
}

/** The credential as a file of the pod (decisions.md 45). */
async function putToken(
  plan: PodPlan,
  { runToken }: ApplyExtra,
  lead: KubeObject,
  world: KubernetesWorld,
): Promise<void> {
  const name = tokenSecretName(plan.run);
  const path = collectionPath(secretKind, plan.namespace);
  const stringData = { '.auth': JSON.stringify({ username: 'run', token: runToken }) };
  try {
    await world.client.call({
      method: 'POST',
      lane: 'starts',
      path: `${path}?fieldManager=${fieldManager}`,
      body: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name,
          labels: {
            [labels.run]: plan.run.uuid,
            [labels.attempt]: String(plan.run.attempt),
            [labels.agent]: world.agentId,
            [labels.managedBy]: managedBy,
          },
          ownerReferences: [ownerOf(lead)],
        },
        type: 'Opaque',
        stringData,
      },
    });
  } catch (error) {
    if (!isCode(error, 409)) throw error;
    // Made by a call that was cut off; each call brings a credential of its own.
    await world.client.call({
      method: 'PATCH',
      path: `${path}/${name}?fieldManager=${fieldManager}`,
      body: { metadata: { ownerReferences: [ownerOf(lead)] }, stringData },
    });
  }
}

function withAnnotations(manifest: Manifest, more: Readonly<Record<string, string>>): Manifest {
  return {
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, ...more } },
  };
}
