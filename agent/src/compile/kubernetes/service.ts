import type { PodPlan, ReplicaPlan, ServicePlan } from '../pod-plan.ts';
import { servedPorts } from '../served-ports.ts';
import type { Json, Manifest, RunObjects } from './manifest.ts';
import { metadataOf } from './metadata.ts';
import { annotations, labels, objectName, serviceName } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { ownRestartPolicy, podTemplate } from './pod.ts';

/** A service: a Deployment and a Service before it (agent-and-kubernetes.md 2.9). */
export function serviceObjects(plan: PodPlan, replica: ReplicaPlan, settings: ObjectSettings): RunObjects {
  const service = plan.service ?? { ports: [], replicas: replica.count, rewritePath: false, isExternal: false };
  const ports = service.ports.map((port): Json => ({ containerPort: port }));
  const lead: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: objectName(plan.run),
      namespace: plan.namespace,
      ...metadataOf(plan, settings, null),
    },
    spec: {
      replicas: replica.count,
      selector: selectorOf(plan),
      // Old pods first: two could hold the same volume.
      strategy: { type: 'Recreate' },
      template: podTemplate(plan, replica, settings, { restartPolicy: ownRestartPolicy(replica) ?? 'Always', ports }),
    },
  };
  return { lead, others: [serviceManifest(plan, service, settings)], needsToken: plan.plugins.auth };
}

/** Only the run: other labels may change, and a selector may not (agent-and-kubernetes.md 2.1). */
const selectorOf = ({ run }: PodPlan): Json => ({ matchLabels: { [labels.run]: run.uuid } });

function serviceManifest(plan: PodPlan, service: ServicePlan, settings: ObjectSettings): Manifest {
  const ports = servedPorts(plan);
  const metadata = metadataOf(plan, settings, null);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: serviceName(plan.run.uuid),
      namespace: plan.namespace,
      labels: metadata.labels,
      annotations: {
        ...metadata.annotations,
        [annotations.external]: String(service.isExternal),
        [annotations.rewritePath]: String(service.rewritePath),
      },
    },
    spec: {
      type: 'ClusterIP',
      selector: { [labels.run]: plan.run.uuid },
      ports: ports.map((port) => ({ name: `p-${port}`, port, targetPort: port, protocol: 'TCP' })),
    },
  };
}

/**
 * Names for the pods of a run, each as `<host name>.<service>`. They hold before a pod is ready, since pods wait for each
 * other to become so.
 */
export function headlessService(plan: PodPlan, settings: ObjectSettings, port: number): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: serviceName(plan.run.uuid), namespace: plan.namespace, ...metadataOf(plan, settings, null) },
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { [labels.run]: plan.run.uuid },
      ports: [{ name: `p-${port}`, port, targetPort: port, protocol: 'TCP' }],
    },
  };
}
