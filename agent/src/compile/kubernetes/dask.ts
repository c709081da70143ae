import type { DistributionPlan } from '../distribution.ts';
import type { ContainerPlan, PodPlan, ReplicaPlan } from '../pod-plan.ts';
import type { Json, Manifest, RunObjects } from './manifest.ts';
import { metadataOf } from './metadata.ts';
import { objectName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { ownRestartPolicy, type PodExtra, podTemplate } from './pod.ts';
import { compact } from './to-json.ts';

type Dask = Extract<DistributionPlan, { kind: 'daskcluster' }>;

/** Objects for the operator of Dask: a cluster, and its autoscaler when both ends of the range are given (agent-and-kubernetes.md 2.9). */
export function daskObjects(plan: PodPlan, { scale }: Dask, settings: ObjectSettings): RunObjects {
  const name = objectName(plan.run);
  const metadata = { name, namespace: plan.namespace, ...metadataOf(plan, settings, null) };
  const lead: Manifest = {
    apiVersion: 'kubernetes.dask.org/v1',
    kind: 'DaskCluster',
    metadata,
    spec: compact({ scheduler: scheduler(plan, name, settings), worker: worker(plan, settings) }),
  };
  const autoscaler: readonly Manifest[] =
    scale === null
      ? []
      : [
          {
            apiVersion: 'kubernetes.dask.org/v1',
            kind: 'DaskAutoscaler',
            metadata,
            spec: { cluster: name, minimum: scale.min, maximum: scale.max },
          },
        ];
  return { lead, others: autoscaler, needsToken: plan.plugins.auth };
}

const schedulerPorts: readonly Json[] = [
  { containerPort: 8786, name: 'tcp-comm', protocol: 'TCP' },
  { containerPort: 8787, name: 'http-dashboard', protocol: 'TCP' },
];

function scheduler(plan: PodPlan, name: string, settings: ObjectSettings): Json {
  const replica = plan.replicas.find(({ role }) => role === 'scheduler');
  if (replica === undefined) return null;
  // The path under which the gateway shows the dashboard; the scheduler must serve it there.
  const prefix = `/monitors/v1/${plan.namespace}/${plan.owner}/${plan.project}/runs/${plan.run.uuid}/${name}-scheduler/8787`;
  const probe = (seconds: number): Json => ({
    httpGet: { path: `${prefix}/health`, port: 'http-dashboard' },
    initialDelaySeconds: seconds,
    periodSeconds: seconds,
  });
  const args = [...argsOr(replica.main, ['dask-scheduler']), '--dashboard-prefix', prefix];
  return {
    ...podOf(plan, withArgs(replica, args), settings, {
      ports: portsOr(replica.main, schedulerPorts),
      defaults: { readinessProbe: probe(5), livenessProbe: probe(15) },
    }),
    service: {
      type: 'ClusterIP',
      selector: { 'dask.org/cluster-name': name, 'dask.org/component': 'scheduler' },
      ports: [
        { name: 'tcp-comm', protocol: 'TCP', port: 8786, targetPort: 'tcp-comm' },
        { name: 'http-dashboard', protocol: 'TCP', port: 8787, targetPort: 'http-dashboard' },
      ],
    },
  };
}

const workerPorts: readonly Json[] = [{ containerPort: 8788, name: 'http-dashboard', protocol: 'TCP' }];

const workerArgs = ['dask-worker', '--name', '$(DASK_WORKER_NAME)', '--dashboard', '--dashboard-address', '8788'];

function worker(plan: PodPlan, settings: ObjectSettings): Json {
  const replica = plan.replicas.find(({ role }) => role === 'worker');
  if (replica === undefined) return null;
  return {
    replicas: replica.count,
    ...podOf(plan, withArgs(replica, argsOr(replica.main, workerArgs)), settings, {
      ports: portsOr(replica.main, workerPorts),
    }),
  };
}

/** What the container is told when it says no arguments itself, whatever its command is. */
function argsOr({ args }: ContainerPlan, otherwise: readonly string[]): readonly string[] {
  return args.length > 0 ? args : otherwise;
}

const portsOr = ({ ports }: ContainerPlan, otherwise: readonly Json[]): readonly Json[] =>
  ports.length > 0 ? [] : otherwise;

const withArgs = (replica: ReplicaPlan, args: readonly string[]): ReplicaPlan => ({
  ...replica,
  main: { ...replica.main, args },
});

/**
 * The pod of a role. The operator puts labels and annotations of the cluster on all of its pods, and those that stand beside the
 * specification of a role on the pods of that role; its own labels win over both. Operators from before 2023 know the first
 * way only, and the API server drops the second.
 */
function podOf(
  plan: PodPlan,
  replica: ReplicaPlan,
  settings: ObjectSettings,
  extra: Partial<PodExtra>,
): { readonly metadata: Json; readonly spec: Json } {
  return podTemplate(plan, replica, settings, { ...extra, restartPolicy: ownRestartPolicy(replica) ?? 'Never' });
}
