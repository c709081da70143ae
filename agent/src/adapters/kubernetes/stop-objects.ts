import { annotations, labels, managedBy, objectName } from '../../compile/kubernetes/names.ts';
import type { RunKey } from '../../compile/pod-plan.ts';
import type { Judgement } from '../../observe/judgement.ts';
import { isOver } from '../../observe/pods.ts';
import type { LeadView, PodView, StopView } from '../../observe/run-view.ts';
import type { StopResult } from '../../ports/executor.ts';
import { isCode } from './api-problem.ts';
import type { AttemptState } from './cluster-state.ts';
import { deletePods } from './delete-objects.ts';
import { collectionPath, jobKind } from './kinds.ts';
import { patchLead } from './make-objects.ts';
import type { KubeObject } from './read-objects.ts';
import type { KubernetesWorld } from './world.ts';

/** Added to the pods' own grace before they are ended by force (agent-and-kubernetes.md 4.3). */
export const forceAfterMs = 30_000;

/**
 * Ends what there is of an attempt. The order is written on the lead first, so that it holds over a restart of the agent;
 * then whoever would make new pods is told to make none, after those on nodes were ended where it is a Job (ADR 31). The
 * end is seen by the watch.
 */
export async function stopObjects(attempt: AttemptState, stop: StopView, world: KubernetesWorld): Promise<StopResult> {
  const { lead } = attempt;
  if (lead === null) return { kind: 'gone' };
  if (lead.isTombstone) {
    await annotateLead(attempt, lead, { [annotations.generation]: String(stop.generation) }, world);
    return { kind: 'gone' };
  }
  // Pods that go take their logs with them.
  world.logKeeper?.begin(attempt);
  // The first stop counts; a later one only raises the generation.
  const kept = attempt.stop === null ? stop : { ...attempt.stop, generation: stop.generation };
  const notes = { [annotations.stop]: JSON.stringify(kept), [annotations.generation]: String(stop.generation) };
  const { namespace } = attempt;
  // A Job that is told to make nothing more takes its pods away itself, and gives them the time of their own, in which the
  // collector's last copy is counted. A node that ends a pod already hears of no shorter one. What takes a pod's place
  // meanwhile is held (ADR 23).
  const first = lead.kind === 'Job' ? onNodes(attempt) : new Map<string, PodView>();
  if (first.size > 0) {
    await annotateLead(attempt, lead, notes, world);
    await deletePods({ namespace, pods: first }, stop.graceSeconds, world);
  }
  await quiet(attempt, lead, notes, world);
  const rest = new Map([...attempt.pods].filter(([uid]) => !first.has(uid)));
  await deletePods({ namespace, pods: rest }, stop.graceSeconds, world);
  return { kind: 'stopping' };
}

function onNodes({ pods }: AttemptState): Map<string, PodView> {
  return new Map([...pods].filter(([, pod]) => pod.node !== '' && !isOver(pod)));
}

/**
 * Writes an end that was decided while pods are still there on the lead, and takes them away. It counts as written once the
 * API server says so: what fails before is done again.
 */
export async function recordEnd(attempt: AttemptState, end: Judgement, world: KubernetesWorld): Promise<void> {
  if (attempt.lead === null) return;
  world.logKeeper?.begin(attempt);
  await quiet(attempt, attempt.lead, { [annotations.end]: JSON.stringify(end) }, world);
  attempt.recordedEnd = end;
  await deletePods(attempt, attempt.settings.graceSeconds, world);
}

/** Ends by force what a stop has not ended in time, and does what is left of one that was cut off in its middle. */
export async function forceStop(attempt: AttemptState, world: KubernetesWorld): Promise<void> {
  const { lead } = attempt;
  const isOpen = [...attempt.jobs.values()].some((job) => job.uid === lead?.uid && !job.isSuspended);
  if (lead !== null && isOpen) await quiet(attempt, lead, {}, world);
  else await quietOthers(attempt, world);
  await deletePods(attempt, 0, world);
}

/** No new pods from here on. */
async function quiet(
  attempt: AttemptState,
  lead: LeadView,
  notes: Readonly<Record<string, string>>,
  world: KubernetesWorld,
): Promise<void> {
  await patchLead(
    toPatchable(lead, attempt.namespace),
    { metadata: { annotations: notes }, ...stillSpec(lead) },
    world,
  );
  await quietOthers(attempt, world);
}

/** The rest of an order that stands on the lead: Jobs beside it make nothing more either. Safe to repeat. */
export async function quietOthers(attempt: AttemptState, world: KubernetesWorld): Promise<void> {
  const others = [...attempt.jobs.values()].filter((job) => job.uid !== attempt.lead?.uid && !job.isSuspended);
  for (const job of others)
    world.state.put(
      await world.client.call<KubeObject>({
        method: 'PATCH',
        path: `${collectionPath(jobKind, attempt.namespace)}/${job.name}`,
        body: { spec: { suspend: true } },
      }),
    );
}

/** How each kind is told to make nothing more; what has no such switch loses its pods with the object. */
function stillSpec({ kind, apiVersion }: LeadView): object {
  if (kind === 'Job' || kind === 'RayCluster' || kind === 'RayJob') return { spec: { suspend: true } };
  if (kind === 'Deployment') return { spec: { replicas: 0 } };
  return apiVersion.startsWith('kubeflow.org/') ? { spec: { runPolicy: { suspend: true } } } : {};
}

async function annotateLead(
  attempt: AttemptState,
  lead: LeadView,
  notes: Readonly<Record<string, string>>,
  world: KubernetesWorld,
): Promise<void> {
  await patchLead(toPatchable(lead, attempt.namespace), { metadata: { annotations: notes } }, world);
}

export function toPatchable(lead: LeadView, namespace: string): Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> {
  return { apiVersion: lead.apiVersion, kind: lead.kind, metadata: { name: lead.name, namespace } };
}

/**
 * Remembers a stop of what was never made: a suspended Job under the attempt's name, which no start can take any more
 * (agent-and-kubernetes.md 7, row 9). It runs nothing; it is removed like any ended run.
 */
export async function putTombstone(run: RunKey, namespace: string, world: KubernetesWorld): Promise<'made' | 'there'> {
  const own = {
    [labels.run]: run.uuid,
    [labels.attempt]: String(run.attempt),
    [labels.agent]: world.agentId,
    [labels.managedBy]: managedBy,
  };
  const body = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: objectName(run),
      labels: own,
      annotations: { [annotations.generation]: String(run.generation), [annotations.tombstone]: 'true' },
    },
    spec: {
      suspend: true,
      completions: 1,
      parallelism: 0,
      template: {
        metadata: { labels: own },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          containers: [{ name: 'none', image: 'none' }],
        },
      },
    },
  };
  try {
    world.state.put(
      await world.client.call<KubeObject>({ method: 'POST', path: collectionPath(jobKind, namespace), body }),
    );
    return 'made';
  } catch (error) {
    if (isCode(error, 409)) return 'there';
    throw error;
  }
}
