import { compactJson, type Value } from '@tandem/shared/values';
import type { RayPlan } from '../distribution.ts';
import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { emptyMap } from '../reading.ts';
import { dnsLabel, shortHash } from '../slug.ts';
import type { Json, Manifest, RunObjects } from './manifest.ts';
import { metadataOf } from './metadata.ts';
import { annotations, objectName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { ownRestartPolicy, podTemplate } from './pod.ts';
import { compact, mapJson, resourcesJson, textJson } from './to-json.ts';

/** Objects for KubeRay: a cluster, or a RayJob that makes one for its command and ends with it (agent-and-kubernetes.md 2.9). */
export function rayObjects(plan: PodPlan, ray: RayPlan, settings: ObjectSettings): RunObjects {
  const cluster = clusterSpec(plan, ray, settings);
  const { metadata, runtimeEnv, entrypoint } = ray;
  const kind = entrypoint === null ? 'RayCluster' : 'RayJob';
  const own = metadataOf(plan, settings, null);
  const lead: Manifest = {
    apiVersion: 'ray.io/v1',
    kind,
    metadata: {
      name: objectName(plan.run),
      namespace: plan.namespace,
      labels: own.labels,
      annotations: { ...own.annotations, ...(entrypoint === null ? environmentNotes(ray) : {}) },
    },
    spec:
      entrypoint === null
        ? cluster
        : compact({
            entrypoint,
            // JSON is YAML, which is what the field takes.
            runtimeEnvYAML: runtimeEnv === null ? null : compactJson(runtimeEnv),
            metadata: metadata === null ? null : textJson(metadata),
            backoffLimit: plan.termination.maxRetries,
            activeDeadlineSeconds: plan.termination.timeoutSeconds,
            // The pods stay until the run's logs were read; the agent deletes them.
            shutdownAfterJobFinishes: false,
            rayClusterSpec: cluster,
          }),
  };
  return { lead, others: [], needsToken: plan.plugins.auth };
}

/** A cluster has no field for them: who submits to it finds them here. */
function environmentNotes({ runtimeEnv, metadata }: RayPlan): Readonly<Record<string, string>> {
  if (runtimeEnv === null && metadata === null) return {};
  const notes = new Map<string, Value>([
    ['runtimeEnv', runtimeEnv],
    ['metadata', metadata],
  ]);
  return { [annotations.ray]: compactJson(notes) };
}

function clusterSpec(plan: PodPlan, ray: RayPlan, settings: ObjectSettings): Json {
  const head = plan.replicas.find(({ group }) => group === null);
  const workers = plan.replicas.filter(({ group }) => group !== null);
  return compact({
    rayVersion: ray.version,
    enableInTreeAutoscaling: ray.autoscaling,
    autoscalerOptions: ray.autoscalerOptions === null ? null : autoscaler(ray),
    headGroupSpec: head === undefined ? null : headSpec(plan, head, ray, settings),
    workerGroupSpecs: workers.map((worker) => workerSpec(plan, worker, ray, settings)),
  });
}

function autoscaler({ autoscalerOptions }: RayPlan): Json {
  const options = autoscalerOptions ?? emptyMap;
  const resources = options.get('resources');
  const quantities = resources instanceof Map ? { resources: resourcesJson(resources) } : {};
  return { ...mapJson(options), ...quantities };
}

const headPorts: readonly Json[] = [
  { containerPort: 6379, name: 'gcs-server', protocol: 'TCP' },
  { containerPort: 8265, name: 'dashboard', protocol: 'TCP' },
  { containerPort: 10001, name: 'client', protocol: 'TCP' },
  { containerPort: 8000, name: 'serve', protocol: 'TCP' },
];

function headSpec(plan: PodPlan, head: ReplicaPlan, ray: RayPlan, settings: ObjectSettings): Json {
  const declares = head.main.ports.length > 0;
  return {
    rayStartParams: { 'dashboard-host': '0.0.0.0', ...textJson(ray.groups.get(head.role)?.startParams ?? emptyMap) },
    template: podTemplate(plan, head, settings, {
      restartPolicy: ownRestartPolicy(head) ?? 'Never',
      ports: declares ? [] : headPorts,
    }),
  };
}

function workerSpec(plan: PodPlan, worker: ReplicaPlan, ray: RayPlan, settings: ObjectSettings): Json {
  const group = ray.groups.get(worker.role);
  const name = worker.group ?? worker.role;
  return compact({
    groupName: dnsLabel(name) || `group-${shortHash(name)}`,
    replicas: worker.count,
    minReplicas: group?.minReplicas,
    maxReplicas: group?.maxReplicas,
    rayStartParams: textJson(group?.startParams ?? emptyMap),
    template: podTemplate(plan, worker, settings, {
      restartPolicy: ownRestartPolicy(worker) ?? 'Never',
      defaults: { lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'ray stop'] } } } },
    }),
  });
}
