/** The `essence` of our objects, as the README of the cases defines it. */
import type { Json, Manifest } from '../../agent/src/compile/kubernetes/manifest.ts';
import { annotations, labels } from '../../agent/src/compile/kubernetes/names.ts';
import { initView, mainView, type PodParts, sidecarView } from './container-view.ts';
import type { Converted } from './convert.ts';
import { isObject, type JsonObject, listAt, objectAt, parsed, saying, textAt, without, withTexts } from './json.ts';

/** Fields of `environment` that a pod has; the others of a pod are ours. */
const podFields: readonly string[] = [
  'nodeSelector',
  'affinity',
  'tolerations',
  'nodeName',
  'serviceAccountName',
  'hostAliases',
  'securityContext',
  'imagePullSecrets',
  'hostNetwork',
  'hostPID',
  'dnsPolicy',
  'dnsConfig',
  'schedulerName',
  'priorityClassName',
  'priority',
  'restartPolicy',
];

/** What of a run the cases look at. */
export function essenceOf({ objects, plan }: Extract<Converted, { ok: true }>): Json {
  const { lead, others } = objects;
  const essence = saying({
    kind: textAt(lead.metadata.annotations, annotations.kind),
    namespace: lead.metadata.namespace,
    replicas: replicasOf(lead),
    spec: specOf(lead, others),
    termination: terminationOf(lead),
  });
  const shown = { ...essence, collectLogs: plan.plugins.collectLogs, syncStatuses: plan.plugins.syncStatuses };
  return withTexts(shown, (text) => text.replaceAll(lead.metadata.name, () => '@object'));
}

function replicasOf(lead: Manifest): JsonObject {
  const spec = objectAt(lead, 'spec');
  switch (lead.kind) {
    case 'Job':
    case 'Deployment':
      return { main: podView(objectAt(spec, 'template')) };
    case 'TFJob':
      return kubeflowReplicas(objectAt(spec, 'tfReplicaSpecs'));
    case 'PyTorchJob':
      return kubeflowReplicas(objectAt(spec, 'pytorchReplicaSpecs'));
    case 'MPIJob':
      return kubeflowReplicas(objectAt(spec, 'mpiReplicaSpecs'));
    case 'RayCluster':
      return rayReplicas(spec);
    case 'RayJob':
      return rayReplicas(objectAt(spec, 'rayClusterSpec'));
    case 'DaskCluster': {
      const view = (part: JsonObject): JsonObject =>
        replicaView(podView({ spec: part['spec'] ?? null }), saying({ replicas: part['replicas'] }));
      return Object.fromEntries(
        ['scheduler', 'worker']
          .filter((role) => role in spec)
          .map((role): [string, Json] => [role, view(objectAt(spec, role))]),
      );
    }
    default:
      throw new Error(`No view of the kind ${lead.kind}.`);
  }
}

function kubeflowReplicas(replicas: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(replicas).map(([role, replica]): [string, Json] => [
      role.toLowerCase(),
      {
        ...podView(objectAt(replica, 'template')),
        ...saying({
          replicas: isObject(replica) ? replica['replicas'] : null,
          restartPolicy: textAt(replica, 'restartPolicy'),
        }),
      },
    ]),
  );
}

function rayReplicas(cluster: JsonObject): JsonObject {
  const view = (group: Json): JsonObject => {
    const fields = without(objectAt({ group }, 'group'), 'template', 'groupName');
    return replicaView(podView(objectAt(group, 'template')), saying(fields));
  };
  return {
    head: view(objectAt(cluster, 'headGroupSpec')),
    ...Object.fromEntries(
      listAt(cluster, 'workerGroupSpecs').map((group): [string, Json] => [
        `worker:${textAt(group, 'groupName')}`,
        view(group),
      ]),
    ),
  };
}

/** For kinds whose pods carry the restart policy of their replica. */
function replicaView(view: JsonObject, more: JsonObject): JsonObject {
  const restartPolicy = textAt(view['pod'], 'restartPolicy');
  return { ...view, ...more, ...saying({ restartPolicy }) };
}

function podView(template: JsonObject): JsonObject {
  const spec = objectAt(template, 'spec');
  const containers = listAt(spec, 'containers').filter(isObject);
  const [main, ...sidecars] = containers;
  if (main === undefined) throw new Error('A pod has no container.');
  const pod: PodParts = {
    mainName: textAt(main, 'name') ?? '',
    volumes: new Map(
      listAt(spec, 'volumes')
        .filter(isObject)
        .map((volume) => [textAt(volume, 'name') ?? '', without(volume, 'name')]),
    ),
  };
  const init = listAt(spec, 'initContainers')
    .filter(isObject)
    .map((each) => initView(each, pod));
  const isCollector = (view: JsonObject): boolean => view['role'] === 'collector';
  return saying({
    main: mainView(main, pod),
    init: init.filter((view) => !isCollector(view)),
    sidecars: [...init.filter(isCollector), ...sidecars.map((each) => sidecarView(each, pod))],
    pod: Object.fromEntries(Object.entries(spec).filter(([key]) => podFields.includes(key))),
    labels: ofUsers(objectAt(objectAt(template, 'metadata'), 'labels')),
    annotations: ofUsers(objectAt(objectAt(template, 'metadata'), 'annotations')),
  });
}

const bookkeeping: ReadonlySet<string> = new Set<string>([
  ...Object.values(labels),
  ...Object.values(annotations),
  ...['name', 'instance', 'version', 'part-of', 'component'].map((key) => `app.kubernetes.io/${key}`),
]);

function ofUsers(given: JsonObject): JsonObject {
  return without(given, ...bookkeeping);
}

function specOf(lead: Manifest, others: readonly Manifest[]): JsonObject {
  const spec = objectAt(lead, 'spec');
  const { cleanPodPolicy, schedulingPolicy } = objectAt(spec, 'runPolicy');
  switch (lead.kind) {
    case 'Deployment': {
      const service = others.find(({ kind }) => kind === 'Service');
      const [main] = listAt(objectAt(objectAt(spec, 'template'), 'spec'), 'containers');
      return saying({
        ports: servedPorts(service, listAt(main, 'ports')),
        replicas: spec['replicas'],
        isExternal: service?.metadata.annotations[annotations.external] === 'true' ? true : null,
      });
    }
    case 'TFJob':
    case 'MPIJob':
      return saying({
        ...without(spec, 'runPolicy', 'tfReplicaSpecs', 'mpiReplicaSpecs'),
        cleanPodPolicy,
        schedulingPolicy,
      });
    case 'PyTorchJob':
      return saying({
        cleanPodPolicy,
        schedulingPolicy,
        nProcPerNode: spec['nprocPerNode'],
        elasticPolicy: spec['elasticPolicy'],
      });
    case 'RayCluster': {
      const notes = lead.metadata.annotations[annotations.ray];
      return saying({
        ...rayFields(spec),
        ...(notes === undefined ? {} : objectAt({ notes: parsed(notes) }, 'notes')),
      });
    }
    case 'RayJob': {
      const yaml = textAt(spec, 'runtimeEnvYAML');
      return saying({
        ...rayFields(objectAt(spec, 'rayClusterSpec')),
        entrypoint: spec['entrypoint'],
        metadata: spec['metadata'],
        runtimeEnv: yaml === null ? null : parsed(yaml),
      });
    }
    case 'DaskCluster': {
      const scale = others.find(({ kind }) => kind === 'DaskAutoscaler');
      const range = objectAt(scale, 'spec');
      return saying({
        minReplicas: range['minimum'],
        maxReplicas: range['maximum'],
        servicePorts: listAt(objectAt(objectAt(spec, 'scheduler'), 'service'), 'ports'),
      });
    }
    default:
      return {};
  }
}

/** Ports that the run asked for: the Service shows one even when it asked for none. */
function servedPorts(service: Manifest | undefined, ofMain: readonly Json[]): readonly Json[] {
  const declared = new Set(ofMain.map((port) => (isObject(port) ? port['containerPort'] : null)));
  return listAt(objectAt(service, 'spec'), 'ports').flatMap((port) =>
    isObject(port) && declared.has(port['port']) ? [port['port'] ?? null] : [],
  );
}

function rayFields(cluster: JsonObject): JsonObject {
  const { rayVersion, enableInTreeAutoscaling, autoscalerOptions } = cluster;
  return saying({ rayVersion, enableInTreeAutoscaling, autoscalerOptions });
}

/** From the object where it has the fields, and from the settings that the agent keeps on it. */
function terminationOf(lead: Manifest): JsonObject {
  const settings = parsed(lead.metadata.annotations[annotations.settings] ?? '{}');
  const kept = objectAt({ settings }, 'settings');
  const spec = objectAt(lead, 'spec');
  const positive = (value: Json | undefined): Json => (typeof value === 'number' && value > 0 ? value : null);
  const isJob = lead.kind === 'Job';
  return saying({
    backoffLimit: positive(isJob ? spec['backoffLimit'] : kept['maxRetries']),
    // A Job's own limit is a little later than the run's, which its pods have.
    activeDeadlineSeconds: positive(kept['timeoutSeconds']),
    ttlSecondsAfterFinished: positive(kept['ttlSeconds']),
    podFailurePolicy: isJob ? withMainName(spec['podFailurePolicy'] ?? null, lead) : null,
  });
}

/** The name of the main container is the product's. */
function withMainName(policy: Json, lead: Manifest): Json {
  const [main] = listAt(objectAt(objectAt(objectAt(lead, 'spec'), 'template'), 'spec'), 'containers');
  const name = textAt(main, 'name');
  const renamed = (json: Json): Json => {
    if (Array.isArray(json)) return json.map(renamed);
    if (!isObject(json)) return json;
    return Object.fromEntries(
      Object.entries(json).map(([key, value]): [string, Json] => [
        key,
        key === 'containerName' && value === name ? '@main' : renamed(value),
      ]),
    );
  };
  return renamed(policy);
}
