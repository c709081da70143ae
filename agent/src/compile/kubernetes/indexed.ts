import type { DistributionPlan } from '../distribution.ts';
import type { EnvPlan, PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { jobManifest } from './job.ts';
import type { Manifest, RunObjects } from './manifest.ts';
import { objectName, serviceName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { headlessService } from './service.ts';
import { tensorflowEnv, tensorflowPort } from './tensorflow-env.ts';
import { torchEnv, torchPort } from './torch-env.ts';

/** One pod of a run of several pods. */
export interface Member {
  readonly role: string;
  /** Among the pods of its role. */
  readonly index: number;
  /** Name that other pods reach it by. */
  readonly address: string;
}

/**
 * A distributed run on a cluster without the training operator: Jobs with indexed pods, and a headless Service that gives each
 * pod a name, `<job>-<index>.<service>` (agent-and-kubernetes.md 3.2).
 *
 * TensorFlow wants the index within the role, which Kubernetes gives each pod of an Indexed Job: one Job for a role. PyTorch
 * wants the rank over all pods, and the rank of a worker is its index plus the masters before it. Kubernetes cannot add in a
 * variable, and a program that adds would have to stand before the user's command, which may be the image's own that we do
 * not know. So each worker of PyTorch is a Job of one pod whose rank stands in it: more objects, and right whatever the image.
 */
export function indexedObjects(
  plan: PodPlan,
  distribution: Extract<DistributionPlan, { kind: 'tfjob' | 'pytorchjob' }>,
  settings: ObjectSettings,
): RunObjects {
  const jobs = distribution.kind === 'tfjob' ? rolesAsJobs(plan, settings) : podsAsJobs(plan, distribution, settings);
  const [lead, ...others] = jobs;
  if (lead === undefined) throw new Error('A plan has at least one replica.');
  const port = distribution.kind === 'tfjob' ? tensorflowPort : (distribution.elastic?.port ?? torchPort);
  return { lead, others: [headlessService(plan, settings, port), ...others], needsToken: plan.plugins.auth };
}

function rolesAsJobs(plan: PodPlan, settings: ObjectSettings): readonly Manifest[] {
  const members = present(plan).flatMap(({ role, count }) =>
    numbers(count).map((index) => memberOf(plan, role, objectName(plan.run, role), index, index)),
  );
  return present(plan).map((replica) =>
    oneJob(plan, replica, settings, {
      name: objectName(plan.run, replica.role),
      count: replica.count,
      env: tensorflowEnv(members, replica.role, indexField),
    }),
  );
}

function podsAsJobs(
  plan: PodPlan,
  distribution: Extract<DistributionPlan, { kind: 'pytorchjob' }>,
  settings: ObjectSettings,
): readonly Manifest[] {
  const pods = present(plan).flatMap((replica) =>
    numbers(replica.count).map((index) => ({ replica, index, name: objectName(plan.run, `${replica.role}-${index}`) })),
  );
  const members = pods.map(({ replica, index, name }) => memberOf(plan, replica.role, name, 0, index));
  return pods.map(({ replica, name }, rank) =>
    oneJob(plan, replica, settings, { name, count: 1, env: torchEnv(distribution, members, rank) }),
  );
}

/** The replicas that have pods, the leading role first. */
const present = (plan: PodPlan): readonly ReplicaPlan[] => plan.replicas.filter(({ count }) => count > 0);

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** The name in full but for the cluster's own domain, which pods search in. */
function memberOf(plan: PodPlan, role: string, job: string, podIndex: number, index: number): Member {
  return { role, index, address: `${job}-${podIndex}.${serviceName(plan.run.uuid)}.${plan.namespace}.svc` };
}

interface Part {
  readonly name: string;
  readonly count: number;
  readonly env: readonly EnvPlan[];
}

/**
 * Pods are not restarted in place where the run does not wish it, unlike with the operator: a Job that runs out of tries
 * deletes pods that restart, and their logs with them.
 */
function oneJob(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings, { name, count, env }: Part): Manifest {
  const form = { name, indexed: count, extra: { env, fields: { subdomain: serviceName(plan.run.uuid) } } };
  return jobManifest(plan, replica, settings, form);
}

/** Where Kubernetes writes the index of a pod of an Indexed Job. */
const indexField = `metadata.annotations['batch.kubernetes.io/job-completion-index']`;
