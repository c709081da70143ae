/** The fixed facts of every case, and the agent that a case describes (README of the cases). */
import type { RunFacts } from '@tandem/shared/wire';
import { catalogueShape } from '../../agent/src/compile/catalogue.ts';
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import type {
  HelperSettings,
  ObjectSettings,
  OperatorApi,
} from '../../agent/src/compile/kubernetes/object-settings.ts';
import { clusterPaths } from '../../agent/src/compile/kubernetes/paths.ts';
import type { RunKey } from '../../agent/src/compile/pod-plan.ts';
import type { AgentKnowledge } from '../../agent/src/compile/stages.ts';
import { type JsonObject, listAt, objectAt, textAt } from './json.ts';

const uuid = '3f1b6c0e9a7d4e52b8c1d0e2f4a69b17';

export const run: RunKey = { uuid, attempt: 1, generation: 1 };

export const helperImages = { init: 'tandem-helper:case', collector: 'tandem-helper:case-collector' } as const;

/** The reference names a tag with its image; where a case names none, the tag is the reference's own version. */
const referenceTag = '2.18.0';

const defaultStore: Json = {
  name: 'artifacts',
  kind: 'volume_claim',
  schema: { volumeClaim: 'artifacts-pvc', mountPath: '/artifacts-store' },
};

export interface World {
  readonly agent: AgentKnowledge;
  readonly settings: ObjectSettings;
  readonly namespaces: ReadonlySet<string>;
  /** False: the agent has no identity, so that runs have no credential unless they ask for one. */
  readonly hasIdentity: boolean;
}

/** Facts of the run that is compiled. */
export function runFacts(
  about: Pick<RunFacts, 'name' | 'kind' | 'runtime'> & { readonly namespace: string | null },
): RunFacts {
  return {
    ...about,
    uuid,
    owner: 'acme',
    project: 'vision',
    projectUuid: 'a'.repeat(32),
    username: null,
    userEmail: null,
    namespace: about.namespace ?? 'runs',
    queue: 'agent/default',
    createdAt: '2026-01-02T03:04:05Z',
    compiledAt: '2026-01-02T03:04:06Z',
  };
}

/** The agent of a case, on a cluster with the operators that `apis` names. */
export function worldOf(given: JsonObject, apis: ReadonlySet<OperatorApi>): World {
  const catalogue = catalogueShape.parse({
    connections: given['connections'] ?? [],
    artifactsStore: given['artifactsStore'] ?? defaultStore,
  });
  const sidecar = objectAt(given, 'sidecar');
  return {
    agent: {
      catalogue,
      paths: clusterPaths(uuid, catalogue.artifactsStore),
      settings: { host: 'https://control.example', compat: true, graceSeconds: 30 },
    },
    settings: {
      agentId: 'cases',
      version: '0.0.0',
      helpers: {
        init: helperOf(objectAt(given, 'init'), helperImages.init),
        collector: helperOf(sidecar, helperImages.collector),
      },
      sleepSeconds: numberAt(sidecar, 'sleepInterval') ?? 10,
      syncSeconds: numberAt(sidecar, 'syncInterval') ?? 10,
      serviceAccount: 'runs-sa',
      defaults: {
        nodeSelector: null,
        tolerations: null,
        affinity: null,
        imagePullSecrets: null,
        securityContext: null,
        resources: null,
        priorityClassName: null,
      },
      shmSize: null,
      holdsPods: true,
      apis,
      compat: true,
    },
    namespaces: new Set(['runs', ...listAt(given, 'additionalNamespaces').map(String)]),
    hasIdentity: given['auth'] !== false,
  };
}

/** All operators that runs can use. */
export const allApis: ReadonlySet<OperatorApi> = new Set([
  'kubeflow.org/v1/TFJob',
  'kubeflow.org/v1/PyTorchJob',
  'kubeflow.org/v1/MPIJob',
  'ray.io/v1/RayCluster',
  'ray.io/v1/RayJob',
  'kubernetes.dask.org/v1/DaskCluster',
]);

function helperOf(given: JsonObject, image: string): HelperSettings {
  const own = textAt(given, 'image');
  const tag = textAt(given, 'imageTag') ?? referenceTag;
  return {
    image: own === null ? image : tag === '' ? own : `${own}:${tag}`,
    pullPolicy: pullPolicyOf(given),
    resources: given['resources'] ?? null,
  };
}

function pullPolicyOf(given: JsonObject): HelperSettings['pullPolicy'] {
  const policy = textAt(given, 'imagePullPolicy');
  return policy === 'Always' || policy === 'Never' || policy === 'IfNotPresent' ? policy : null;
}

function numberAt(given: JsonObject, key: string): number | null {
  const value = given[key];
  return typeof value === 'number' ? value : null;
}
